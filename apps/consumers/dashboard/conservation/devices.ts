import type { PlannedDevice } from "./account";
import { maxNameLength } from "../../../../contract/frames/frames";
import { DeviceRecord } from "./device";
import { TopicReading } from "./reading";

/** Anybody can publish anything: names that no plan knows must not fill the memory. */
const maxUnplanned = 20_000;

const byName = new Intl.Collator("en", { numeric: true });

/** All devices, those of the plan and others that messages or rows name. */
export class Devices {
  readonly topics = new Map<string, TopicReading>();
  private readonly byName = new Map<string, DeviceRecord>();
  private readonly planned: number;
  private ordered: readonly DeviceRecord[] | undefined;
  private found: { readonly search: string; readonly devices: readonly DeviceRecord[] } | undefined;

  constructor(planned: readonly PlannedDevice[]) {
    for (const { name, topic } of planned) this.add(name, this.topic(topic));
    this.planned = this.byName.size;
  }

  topic(name: string): TopicReading {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = new TopicReading(name);
      this.topics.set(name, topic);
    }
    return topic;
  }

  get(name: string): DeviceRecord | undefined {
    return this.byName.get(name);
  }

  /** The device of a name, which is new if need be. @returns undefined if there are too many already, or the name is too long. */
  getOrAdd(name: string, topic: string): DeviceRecord | undefined {
    const known = this.byName.get(name);
    if (known !== undefined || this.byName.size - this.planned >= maxUnplanned) return known;
    if (name.length > maxNameLength) return undefined;
    return this.add(name, this.topic(topic));
  }

  get all(): Iterable<DeviceRecord> {
    return this.byName.values();
  }

  /** Devices whose names have a text in them, however it is written, in the natural order of their names. */
  search(search: string): readonly DeviceRecord[] {
    this.ordered ??= [...this.byName.values()].sort((one, other) => byName.compare(one.name, other.name));
    if (search === "") return this.ordered;
    if (this.found?.search !== search) {
      const wanted = search.toLowerCase();
      const devices = this.ordered.filter(({ name }) => name.toLowerCase().includes(wanted));
      this.found = { search, devices };
    }
    return this.found.devices;
  }

  private add(name: string, topic: TopicReading): DeviceRecord {
    const device = new DeviceRecord(name, topic);
    this.byName.set(name, device);
    this.ordered = undefined;
    this.found = undefined;
    return device;
  }
}
