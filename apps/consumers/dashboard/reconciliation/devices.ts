import { maxNameLength } from "../../../../contract/frames/frames";
import { Acknowledgements } from "./acknowledgements";
import type { PlannedDevice } from "./events";
import { type Origin, TopicProgress } from "./progress";
import { SeqRecord } from "./seq-record";

/** Anybody can publish anything: names that no plan knows must not fill the memory. */
const maxUnplanned = 20_000;

const byName = new Intl.Collator("en", { numeric: true });

/** What a device reports of its present life. */
export interface OwnCounts {
  boot: number;
  produced: number;
  acknowledged: number;
  dropped: number;
}

/** One life of a device: the messages that were read of all of its sensors. */
export class DeviceLife {
  /** Messages, without repeated ones. */
  read = 0;
  /** Observations that are missing in the topic. */
  missing = 0;
  readonly acknowledgements = new Acknowledgements();
  /** How many of its sensors are kept. */
  sensors = 0;

  constructor(
    readonly device: Device,
    readonly boot: number,
  ) {}

  /** How many of the missing may have been acknowledged: dropped observations leave the same gaps, and never were. */
  get missingAcknowledged(): number {
    const { own } = this.device;
    return Math.max(0, this.missing - (own?.boot === this.boot ? own.dropped : 0));
  }

  /** Messages that were acknowledged, are in no topic, and leave no gap. */
  get lostAcknowledged(): number {
    return this.acknowledgements.lostBeside(this.missingAcknowledged);
  }
}

/** One sensor in one life of its device. */
export class SensorLife extends SeqRecord {
  /** Whether the review of each second includes it. */
  isWatched = false;

  constructor(
    readonly sensor: string,
    readonly ofDevice: DeviceLife,
    origin: Origin,
  ) {
    super(origin);
  }
}

/** The lives of one sensor that are kept. */
export interface Sensor {
  /** By boot, the latest last. */
  readonly lives: SensorLife[];
  /** Nothing is kept of this boot and earlier ones. */
  forgottenUpTo: number;
}

/** Messages and rows of one device. */
export class Device {
  readonly sensors = new Map<string, Sensor>();
  private readonly byBoot = new Map<number, DeviceLife>();
  own: OwnCounts | undefined;
  inTopic = 0;
  /** Of {@link inTopic}, without repeated messages and those that are no observation. */
  read = 0;
  /** Observations that are missing in the topic, and messages that are there too often. */
  missing = 0;
  repeated = 0;
  /** Messages that brokers acknowledged and that are in no topic. */
  lostAcknowledged = 0;
  rows = 0;
  deadLetters = 0;

  constructor(
    readonly name: string,
    readonly topic: TopicProgress,
  ) {}

  life(boot: number): DeviceLife {
    let life = this.byBoot.get(boot);
    if (life === undefined) {
      life = new DeviceLife(this, boot);
      this.byBoot.set(boot, life);
    }
    return life;
  }

  get lives(): Iterable<DeviceLife> {
    return this.byBoot.values();
  }

  /** The life is over for good, and everything about it has been reported. */
  forget(life: DeviceLife): void {
    this.byBoot.delete(life.boot);
  }

  /** In the present life by the device's own count, in all others by the messages that were read. */
  get produced(): number {
    return this.withOwn("produced");
  }

  get acknowledged(): number {
    return this.withOwn("acknowledged");
  }

  private withOwn(which: "produced" | "acknowledged"): number {
    if (this.own === undefined) return this.read;
    const ofThisLife = this.byBoot.get(this.own.boot)?.read ?? 0;
    // A message that was read was made and acknowledged, even if the device ended before it could report so.
    return this.read - ofThisLife + Math.max(this.own[which], ofThisLife);
  }
}

/** All devices, those of the plan and others that messages or rows name. */
export class Devices {
  readonly topics = new Map<string, TopicProgress>();
  private readonly byName = new Map<string, Device>();
  private readonly planned: number;
  private ordered: readonly Device[] | undefined;
  private found: { readonly search: string; readonly devices: readonly Device[] } | undefined;

  constructor(planned: readonly PlannedDevice[]) {
    for (const { name, topic } of planned) this.add(name, this.topic(topic));
    this.planned = this.byName.size;
  }

  topic(name: string): TopicProgress {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = new TopicProgress(name);
      this.topics.set(name, topic);
    }
    return topic;
  }

  get(name: string): Device | undefined {
    return this.byName.get(name);
  }

  /**
   * The device of a name; an unknown name is added.
   * @returns undefined if there are too many already, or the name is too long
   */
  getOrAdd(name: string, topic: string): Device | undefined {
    const known = this.byName.get(name);
    if (known !== undefined || this.byName.size - this.planned >= maxUnplanned) return known;
    if (name.length > maxNameLength) return undefined;
    return this.add(name, this.topic(topic));
  }

  get all(): Iterable<Device> {
    return this.byName.values();
  }

  /** Devices whose names contain a text, upper and lower case alike, in the natural order of their names. */
  search(search: string): readonly Device[] {
    this.ordered ??= [...this.byName.values()].sort((one, other) => byName.compare(one.name, other.name));
    if (search === "") return this.ordered;
    if (this.found?.search !== search) {
      const wanted = search.toLowerCase();
      const devices = this.ordered.filter(({ name }) => name.toLowerCase().includes(wanted));
      this.found = { search, devices };
    }
    return this.found.devices;
  }

  private add(name: string, topic: TopicProgress): Device {
    const device = new Device(name, topic);
    this.byName.set(name, device);
    this.ordered = undefined;
    this.found = undefined;
    return device;
  }
}

/**
 * Finds the device of a message that does not name it itself, such as a dead letter. A topic that the plan gives to one device has only
 * messages of that device; in a topic that devices share, the key `<device>/<sensor>` names the device. Other messages have no known
 * device.
 */
export class Attribution {
  private readonly byTopic = new Map<string, Set<string>>();

  constructor(devices: readonly PlannedDevice[]) {
    for (const { name, topic } of devices) {
      const names = this.byTopic.get(topic);
      if (names === undefined) this.byTopic.set(topic, new Set([name]));
      else names.add(name);
    }
  }

  /** The device that has a topic for itself. */
  onlyDeviceOf(topic: string): string | undefined {
    const names = this.byTopic.get(topic);
    return names?.size === 1 ? [...names][0] : undefined;
  }

  /** @param key of a message of the topic, as text */
  deviceOf(topic: string, key: string | undefined): string | undefined {
    const only = this.onlyDeviceOf(topic);
    if (only !== undefined || key === undefined) return only;
    const slash = key.indexOf("/");
    const name = slash < 0 ? "" : key.slice(0, slash);
    return this.byTopic.get(topic)?.has(name) === true ? name : undefined;
  }
}
