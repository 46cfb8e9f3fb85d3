import type {
  Condition,
  DeviceFrame,
  DevicesFrame,
  NewPoints,
  PointsFrame,
  SensorFrame,
} from "../../../../contract/frames/frames";
import { eventText, type Feed } from "../server/hub";
import type { Catalog, CatalogDevice, CatalogSensor } from "../topics/catalog";
import type { Rates } from "../topics/rates";
import { slicePage } from "./slices";

/** What frames of devices are made from. */
export interface DeviceSources {
  readonly catalog: Catalog;
  /** By the device's index. */
  readonly rates: Rates;
  readonly conditionOf: (container: string) => Condition;
}

/** The devices to show, and how much of each. */
export interface DeviceSelection {
  readonly search: string;
  /** Counted from 0. */
  readonly page: number;
  readonly pageSize: number;
  readonly select: (catalog: Catalog) => readonly CatalogDevice[];
  readonly maxSensors: number;
  /** Maximum number of points of each curve. */
  readonly maxPoints: number;
}

/** A page of the devices whose names contain a text. */
export function searchedDevices(search: string, page: number): DeviceSelection {
  const select = (catalog: Catalog) => catalog.search(search);
  return { search, page, pageSize: 24, select, maxSensors: 6, maxPoints: 120 };
}

/** One device, with all sensors and points. */
export function oneDevice(name: string): DeviceSelection {
  const select = (catalog: Catalog) => [catalog.get(name) ?? []].flat();
  return { search: name, page: 0, pageSize: 1, select, maxSensors: Infinity, maxPoints: Infinity };
}

/** Sends the curves of the same devices to all pages that show them. */
export class DevicesFeed implements Feed {
  private shown: DevicesShown;
  /** The marks of curves up to which points were sent. */
  private readonly marks = new Map<CatalogSensor, number>();

  constructor(
    private readonly sources: DeviceSources,
    private readonly selection: DeviceSelection,
  ) {
    this.shown = this.select();
    this.markAll();
  }

  full(): string {
    const { shown } = this;
    const frame: DevicesFrame = {
      ...shown.slice,
      devices: shown.devices.map((device) => this.deviceFrame(device)),
    };
    return eventText("devices", frame);
  }

  quick(): string {
    const points = this.newPoints();
    return Object.keys(points).length === 0 ? "" : eventText("points", { nowMs: Date.now(), points });
  }

  slow(): string {
    if (this.shown.revision !== this.sources.catalog.revision) {
      const shown = this.select();
      const isOther = shown.signature !== this.shown.signature;
      this.shown = shown;
      if (isOther) {
        this.markAll();
        return this.full();
      }
    }
    const states = Object.fromEntries(
      this.shown.devices.map((device) => [device.name, this.stateOf(device)]),
    );
    return eventText("points", { nowMs: Date.now(), points: {}, states });
  }

  private select(): DevicesShown {
    const { catalog } = this.sources;
    const { select, search, page, pageSize, maxSensors } = this.selection;
    const { slice, items } = slicePage(select(catalog), { search, page, pageSize });
    const sensors = items.map(({ name, sensors: { size } }) => [name, size]);
    return {
      slice,
      devices: items,
      revision: catalog.revision,
      signature: JSON.stringify([slice, sensors]),
      sensorsOf: (device) => [...device.sensors.values()].slice(0, maxSensors),
    };
  }

  private markAll(): void {
    this.marks.clear();
    for (const device of this.shown.devices)
      for (const sensor of this.shown.sensorsOf(device)) this.marks.set(sensor, sensor.curve.mark);
  }

  /** Made of entries, because a name may be any text, even `__proto__`. */
  private newPoints(): PointsFrame["points"] {
    const devices = this.shown.devices.flatMap((device) => {
      const sensors = this.shown.sensorsOf(device).flatMap((sensor) => this.newPointsOf(sensor));
      return sensors.length === 0 ? [] : [[device.name, Object.fromEntries(sensors)] as const];
    });
    return Object.fromEntries(devices);
  }

  private newPointsOf(sensor: CatalogSensor): (readonly [string, NewPoints])[] {
    const { name, curve, last } = sensor;
    const mark = this.marks.get(sensor);
    if (mark === undefined || mark === curve.mark) return [];
    this.marks.set(sensor, curve.mark);
    const points = curve.since(mark, this.selection.maxPoints);
    return [[name, { points, ...(last.label !== undefined && { label: last.label }) }]];
  }

  private deviceFrame(device: CatalogDevice): DeviceFrame {
    const { name, topic, container } = device;
    return {
      name,
      topic,
      container,
      ...this.stateOf(device),
      sensors: this.shown.sensorsOf(device).map((sensor) => sensorFrame(sensor, this.selection.maxPoints)),
      sensorCount: device.sensors.size,
    };
  }

  private stateOf({ container, index }: CatalogDevice): Pick<DeviceFrame, "condition" | "messagesPerSecond"> {
    const { conditionOf, rates } = this.sources;
    return { condition: conditionOf(container), messagesPerSecond: rates.perSecond(index) };
  }
}

/** The devices that pages show now. */
interface DevicesShown {
  readonly slice: Omit<DevicesFrame, "devices">;
  readonly devices: readonly CatalogDevice[];
  readonly sensorsOf: (device: CatalogDevice) => readonly CatalogSensor[];
  /** The revision of the catalog that it was made from. */
  readonly revision: number;
  /** Equal if pages show the same sensors in the same places. */
  readonly signature: string;
}

function sensorFrame({ name, unit, last, curve }: CatalogSensor, maxPoints: number): SensorFrame {
  const { timeMs, value, label } = last;
  return {
    name,
    ...(unit !== undefined && { unit }),
    last: { timeMs, value, ...(label !== undefined && { label }) },
    points: curve.latest(maxPoints),
  };
}
