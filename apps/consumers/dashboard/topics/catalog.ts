import { groupMemberName } from "../../../../contract/environment/device";
import type { Observation } from "../../../../contract/messages/observation";
import type { MappedDevice } from "../../../../contract/environment/stack-map";
import { shorten } from "../../../shared/text";
import { maxNameLength, type Point } from "../../../../contract/frames/frames";

const minPoints = 16;

/** The latest points of one sensor, in the order of their times. Memory grows with the points. */
export class Curve {
  private times = new Float64Array(minPoints);
  private values = new Float64Array(minPoints);
  /** How many points were ever added; the arrays hold the latest, as rings. */
  private added = 0;
  private latestMs = -Infinity;

  /**
   * Adds a point, unless it is not later than the latest: a curve goes from left to right, even if points come late or twice.
   * @param capacity how many points may be kept now
   */
  add(timeMs: number, value: number, capacity: number): void {
    if (timeMs <= this.latestMs) return;
    if (this.added === this.times.length && this.times.length < capacity) this.grow(capacity);
    const place = this.added % this.times.length;
    this.times[place] = timeMs;
    this.values[place] = value;
    this.latestMs = timeMs;
    this.added++;
  }

  /** A mark of the present end of the curve, for {@link since}. */
  get mark(): number {
    return this.added;
  }

  /** Points that were added after a mark, as far as they are kept, and at most the `max` latest. */
  since(mark: number, max = Infinity): Point[] {
    const { length } = this.times;
    const points: Point[] = [];
    for (let at = Math.max(0, mark, this.added - Math.min(length, max)); at < this.added; at++)
      points.push([this.times[at % length] ?? 0, this.values[at % length] ?? 0]);
    return points;
  }

  /** At most the `max` latest points. */
  latest(max: number): Point[] {
    return this.since(0, max);
  }

  /** Happens only before the rings have wrapped, so that no point changes its place. */
  private grow(capacity: number): void {
    const length = Math.min(capacity, this.times.length * 2);
    const [times, values] = [new Float64Array(length), new Float64Array(length)];
    times.set(this.times);
    values.set(this.values);
    [this.times, this.values] = [times, values];
  }
}

/** A device with its sensors. */
export interface CatalogDevice {
  /** Counts all devices in the order in which they became known; other records refer to devices by it. */
  readonly index: number;
  readonly name: string;
  readonly topic: string;
  /** The name of its container in the stack; empty for a device that the plan does not know. */
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
const [minPerSensor, maxPerSensor] = [60, 900];
/** Anybody can publish anything: names that no plan knows must not fill the memory. */
const maxUnplannedDevices = 1_000;
const maxSensors = 200_000;
const maxSensorsOfOne = 1_000;

const byName = new Intl.Collator("en", { numeric: true });

/** All devices, those of the plan and others that messages name, with the latest points of their sensors. */
export class Catalog {
  private readonly byName = new Map<string, CatalogDevice>();
  private ordered: CatalogDevice[] | undefined;
  private readonly planned: number;
  private sensors = 0;
  private changes = 0;
  /** The last search: pages repeat the same one. */
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

  /** How many sensors have sent messages. */
  get sensorCount(): number {
    return this.sensors;
  }

  /** Changes whenever a device or sensor is added. */
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

  /** Devices whose names contain a text, upper and lower case alike, in the natural order of their names. */
  search(search: string): readonly CatalogDevice[] {
    if (search === "") return this.devices;
    if (this.found?.search === search && this.found.changes === this.changes) return this.found.devices;
    const wanted = search.toLowerCase();
    const devices = this.devices.filter(({ name }) => name.toLowerCase().includes(wanted));
    this.found = { search, changes: this.changes, devices };
    return devices;
  }

  /** Adds an observation to its sensor's curve. @returns its device; undefined if there are too many devices to keep it */
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
    return Math.min(maxPerSensor, Math.max(minPerSensor, Math.floor(maxPoints / this.sensors)));
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

/** The devices of one entry of the map. */
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
