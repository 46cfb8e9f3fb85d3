import type { z } from "zod";
import type { Compression, KeptWhenFull, Tags } from "../../contract/device";
import type { DeviceFault } from "../../contract/faults";
import type { SensorSettings } from "../../contract/sensor";
import type { ReplayFile } from "./replay-files";
import type { StackConfig } from "./schema";
import type { TopicConfig } from "./topic-settings";

/** How many devices there are of one kind, and how they are spread over containers. */
export interface GroupSpec {
  readonly count: number;
  readonly devicesPerContainer: number;
}

/** A device, or a group of them, as the stack is to have it, its defaults filled in. */
export interface DeviceSpec {
  /** Of a group, its devices are `<name>-1`, `<name>-2`, … */
  readonly name: string;
  /** Undefined for one device. */
  readonly group: GroupSpec | undefined;
  readonly topic: string;
  /** Of each device; files to replay are named as the configuration names them. */
  readonly sensors: readonly SensorSettings[];
  readonly faults: readonly DeviceFault[];
  readonly tags: Tags;
  /** What messages' values are padded to; 0 for not at all. */
  readonly messageBytes: number;
  readonly compression: Compression;
  /** What each container keeps while the brokers are away. */
  readonly buffer: { readonly limit: number; readonly keep: KeptWhenFull };
  /** Kafka's configs of its topic by name: those of all topics, overlaid with what the devices of this topic set. */
  readonly topicConfig: TopicConfig;
}

/** The past that devices send before they go on live. */
export interface HistorySpec {
  readonly lengthMs: number;
  /** When it begins, in milliseconds since 1970; undefined if it is `lengthMs` before the first start. */
  readonly fromMs: number | undefined;
}

/** A whole stack as it is to be: the checked configuration, its defaults filled in. */
export interface StackSpec extends Omit<
  z.output<typeof StackConfig>,
  | "devices"
  | "sensors"
  | "replicationFactor"
  | "topicDefaults"
  | "backfill"
  | "maxRate"
  | "compression"
  | "buffer"
> {
  readonly stack: string;
  readonly devices: readonly DeviceSpec[];
  readonly replicationFactor: number;
  readonly history: HistorySpec | undefined;
  /** Messages a second of all devices together; undefined for no limit. */
  readonly maxRate: number | undefined;
  /** The files that sensors replay, by the path in the configuration. */
  readonly replayFiles: ReadonlyMap<string, ReplayFile>;
}
