import { groupMemberName } from "../../../../contract/environment/device";
import type { Observation } from "../../../../contract/messages/observation";
import type { MappedDevice } from "../../../../contract/environment/stack-map";
import { shorten } from "../../../shared/text";
import { maxNameLength } from "../../../../contract/frames/frames";
import { Curve } from "./curve";

/** A device with its sensors. */
export interface CatalogDevice {
  /** Its place among all devices that were ever known, for what is kept by index. */
  readonly index: number;
  readonly name: string;
  readonly topic: string;
  /** What its container is in the stack; empty for one that the plan does not know. */
  readonly container: string;
  /** By name, in the order of their first messages. */
  readonly sensors: Map<string, CatalogSensor>;
}

export interface CatalogSensor {
  readonly name: string;
  readonly curve: Curve;
  unit: string | undefined;
  last: { timeMs: number; value: number; label: string | undefined };
}

/** Points of all sensors together: 16 bytes each. */
const maxPoints = 3_000_000;
const [fewestPerSensor, maxPerSensor] = [60, 900];
/** Anybody can publish anything: names that no plan knows must not fill the memory. */
const maxUnplannedDevices = 1_000;
const maxSensors = 200_000;
const maxSensorsOfOne = 1_000;

const byName = new Intl.Collator("en", { numeric: true });

/** All devices, those of the plan and others that messages name, with what their sensors showed of late. */
export class Catalog {
  private readonly byName = new Map<string, CatalogDevice>();
  private ordered: CatalogDevice[] | undefined;
  private readonly planned: number;
  private sensors = 0;
  private changes = 0;
  /** The last search: pages ask for the same again and again. */
  private found:
    | { readonly search: string; readonly changes: number; readonly devices: readonly CatalogDevice[] }
    | undefined;

  constructor(devices: readonly MappedDevice[]) {
    for (const device of devices) for (const one of expanded(device)) this.add(one);
    this.planned = this.byName.size;
  }

  /** How many devices the plan has. */
  get plannedCount(): number {
    return this.planned;
  }

  /** How many sensors were seen. */
  get sensorCount(): number {
    return this.sensors;
  }

  /** Another number whenever there is another device or sensor. */
  get revision(): number {
    return this.changes;
  }

  get(name: string): CatalogDevice | undefined {
    return this.byName.get(name);
  }

  /** All devices, in the natural order of their names. */
  get devices(): readonly CatalogDevice[] {
    return (this.ordered ??= [...this.byName.values()].sort((one, other) =>
      byName.compare(one.name, other.name),
    ));
  }

  /** Devices whose names have a text in them, however it is written, in their order. */
  search(search: string): readonly CatalogDevice[] {
    if (search === "") return this.devices;
    if (this.found?.search === search && this.found.changes === this.changes) return this.found.devices;
    const wanted = search.toLowerCase();
    const devices = this.devices.filter(({ name }) => name.toLowerCase().includes(wanted));
    this.found = { search, changes: this.changes, devices };
    return devices;
  }

  /** Takes an observation into its sensor's curve. @returns its device; undefined if there are too many to keep. */
  observe(topic: string, observation: Observation, timeMs: number): CatalogDevice | undefined {
    const device = this.byName.get(observation.device) ?? this.addUnplanned(observation.device, topic);
    if (device === undefined) return undefined;
    const { value } = observation;
    const [label, unit] = [observation.label, observation.unit].map(
      (text) => text && shorten(text, maxNameLength),
    );
    let sensor = device.sensors.get(observation.sensor);
    if (sensor === undefined) {
      if (this.sensors >= maxSensors || device.sensors.size >= maxSensorsOfOne) return device;
      if (observation.sensor.length > maxNameLength) return device;
      sensor = { name: observation.sensor, curve: new Curve(), unit, last: { timeMs, value, label } };
      device.sensors.set(observation.sensor, sensor);
      this.sensors++;
      this.changes++;
    }
    sensor.curve.add(timeMs, value, this.capacity);
    if (timeMs >= sensor.last.timeMs) sensor.last = { timeMs, value, label };
    sensor.unit = unit;
    return device;
  }

  private get capacity(): number {
    return Math.min(maxPerSensor, Math.max(fewestPerSensor, Math.floor(maxPoints / this.sensors)));
  }

  private addUnplanned(name: string, topic: string): CatalogDevice | undefined {
    if (this.byName.size - this.planned >= maxUnplannedDevices || name.length > maxNameLength)
      return undefined;
    return this.add({ name, topic, container: "" });
  }

  private add(device: Pick<CatalogDevice, "name" | "topic" | "container">): CatalogDevice {
    const added = { ...device, index: this.byName.size, sensors: new Map<string, CatalogSensor>() };
    this.byName.set(device.name, added);
    this.ordered = undefined;
    this.changes++;
    return added;
  }
}

/** The devices that an entry of the map stands for. */
function expanded({
  name,
  topic = name,
  fleets,
}: MappedDevice): Pick<CatalogDevice, "name" | "topic" | "container">[] {
  if (fleets === undefined) return [{ name, topic, container: name }];
  return fleets.flatMap((fleet) =>
    Array.from({ length: fleet.count }, (_, index) => ({
      name: groupMemberName(name, fleet.first + index),
      topic,
      container: fleet.name,
    })),
  );
}
