import type { FaultLabel, LostLabel } from "../../contract/messages/fault-labels";

/**
 * What can become of observations between devices and the tables, as plain data, and what a reconciliation has to find in each case.
 * Two programs reconcile: the dashboard, event by event while the stack runs, and `npm run verify`, in SQL when everything is at
 * rest. Both run all of these scenarios, so that neither can come to another result than the other.
 *
 * To add a scenario, describe what the topics and the tables hold and what is expected; both suites pick it up.
 *
 * - Every device is called as its topic unless `devices` says otherwise. Times are milliseconds after the first boot.
 * - `topics` lists each incarnation of each topic: a topic that was deleted and made again has two entries, in order. Offsets of a
 *   partition count from `earliest`, and retention has removed what was before.
 * - `tables` says, for each of the table's names of a topic (`meters`, `meters#2`) and partition, which offsets its transactions claim
 *   (from `first` up to, but without, `next`) and where rows and dead letters are. What a row holds follows from the message at
 *   its offset.
 * - Everything was read long enough ago that nothing can still be on its way.
 */
export interface Scenario {
  /** A sentence whose subject is what happens. */
  readonly title: string;
  /** Devices and the topics that they publish to; one device that is called as each topic if left out. */
  readonly devices?: readonly { readonly name: string; readonly topic: string }[];
  readonly topics: readonly ScenarioTopic[];
  /** What devices report of themselves at the end. */
  readonly reported?: readonly ReportedCounts[];
  readonly tables: readonly ScenarioTablePartition[];
  readonly expected: ExpectedResult;
}

export interface ScenarioTopic {
  readonly name: string;
  readonly partitions: readonly ScenarioPartition[];
}

export interface ScenarioPartition {
  /** The offset of the first message that is still there; 0 if left out. */
  readonly earliest?: number;
  readonly messages: readonly ScenarioMessage[];
}

export interface ScenarioMessage {
  /** The device that is called as the topic if left out. */
  readonly device?: string;
  /** `s` if left out. */
  readonly sensor?: string;
  /** When the device started; 0 if left out. */
  readonly boot?: number;
  readonly seq: number;
  /** When it was observed; `boot` and a second for each `seq` if left out. */
  readonly atMs?: number;
  /** What its headers declare. */
  readonly kinds?: FaultLabel["kinds"];
  readonly lost?: LostLabel;
  readonly held?: { readonly count: number; readonly untilMs: number };
  /** `corrupt`: its value cannot be read, as its label declares. `foreign`: it is no observation and has no label. */
  readonly value?: "corrupt" | "foreign";
}

/** What a device's own counters say of one life. */
export interface ReportedCounts {
  readonly device: string;
  readonly boot: number;
  readonly produced: number;
  readonly acknowledged: number;
  readonly dropped: number;
}

/** First and last offset. */
export type OffsetRun = readonly [first: number, last: number];

export interface ScenarioTablePartition {
  /** As the table calls the topic. */
  readonly tableTopic: string;
  readonly partition: number;
  /** What the table's transactions claim: from `first` up to, but without, `next`. */
  readonly first: number;
  readonly next: number;
  /** Offsets that have a row; those that are in two runs have two. */
  readonly rows: readonly OffsetRun[];
  readonly deadLetters?: readonly OffsetRun[];
}

/** Something that is missing or there too often: `seq` of a sensor in one life, or offsets of a partition of a table. */
export interface ExpectedGap {
  readonly kind:
    | "missing in topic"
    | "repeated in topic"
    | "missing in table"
    | "repeated in table"
    | "acknowledged, not in topic";
  /** `device/sensor`, `tableTopic/partition`, or the device. */
  readonly where: string;
  readonly from: number;
  readonly to: number;
  /** Numbers that are missing; only where it is not all from `from` to `to`. */
  readonly count?: number;
  /** The life that `seq` belongs to; 0 if left out. */
  readonly boot?: number;
}

export interface ExpectedResult {
  /** Messages in the last incarnations of the topics, rows, and dead letters. */
  readonly inTopic: number;
  readonly inTable: number;
  readonly deadLetters: number;
  /**
   * In any order. `verify` derives what rows show: a message whose offset is missing in the table, or repeated there, lacks its
   * `seq` among the rows, or repeats it; of what was acknowledged and leaves no gap it knows nothing.
   */
  readonly gaps: readonly ExpectedGap[];
  /** Partitions, `topic/partition`, that the tables have not reached the end of, so that nothing is proved. */
  readonly unproved?: readonly string[];
  readonly declaredLosses?: number;
  readonly declaredDuplicates?: number;
}

/** Messages of one sensor. */
export const seqs = (...numbers: readonly number[]): ScenarioMessage[] => numbers.map((seq) => ({ seq }));

/** One topic `meter` with one partition, as most scenarios have it. */
export const meter = (...messages: readonly ScenarioMessage[]): ScenarioTopic[] => [
  { name: "meter", partitions: [{ messages }] },
];

/** The table claims the first `next` offsets of the topic `meter`. */
export const meterTable = (
  next: number,
  rows: readonly OffsetRun[],
  more: Partial<ScenarioTablePartition> = {},
): ScenarioTablePartition[] => [{ tableTopic: "meter", partition: 0, first: 0, next, rows, ...more }];
