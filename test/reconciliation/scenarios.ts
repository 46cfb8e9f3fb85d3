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

const seqs = (...numbers: readonly number[]): ScenarioMessage[] => numbers.map((seq) => ({ seq }));

/** One topic `meter` with one partition, as most scenarios have it. */
const meter = (...messages: readonly ScenarioMessage[]): ScenarioTopic[] => [
  { name: "meter", partitions: [{ messages }] },
];

/** The table claims the first `next` offsets of the topic `meter`. */
const meterTable = (
  next: number,
  rows: readonly OffsetRun[],
  more: Partial<ScenarioTablePartition> = {},
): ScenarioTablePartition[] => [{ tableTopic: "meter", partition: 0, first: 0, next, rows, ...more }];

export const scenarios: readonly Scenario[] = [
  {
    title: "every message is in the topic and in the table once",
    topics: meter(...seqs(0, 1, 2, 3)),
    reported: [{ device: "meter", boot: 0, produced: 4, acknowledged: 4, dropped: 0 }],
    tables: meterTable(4, [[0, 3]]),
    expected: { inTopic: 4, inTable: 4, deadLetters: 0, gaps: [] },
  },
  {
    title: "nothing was ever sent",
    topics: meter(),
    tables: meterTable(0, []),
    expected: { inTopic: 0, inTable: 0, deadLetters: 0, gaps: [] },
  },
  {
    title: "messages that are lost on the way leave gaps",
    topics: meter(...seqs(0, 1, 4, 5, 7)),
    tables: meterTable(5, [[0, 4]]),
    expected: {
      inTopic: 5,
      inTable: 5,
      deadLetters: 0,
      gaps: [
        { kind: "missing in topic", where: "meter/s", from: 2, to: 3 },
        { kind: "missing in topic", where: "meter/s", from: 6, to: 6 },
      ],
    },
  },
  {
    title: "a sensor's first messages are lost, while another sensor shows that the life begins in the topic",
    topics: meter({ sensor: "other", seq: 0 }, ...seqs(2, 3)),
    tables: meterTable(3, [[0, 2]]),
    expected: {
      inTopic: 3,
      inTable: 3,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 0, to: 1 }],
    },
  },
  {
    title: "a message is sent twice",
    topics: meter(...seqs(0, 1, 1, 2)),
    tables: meterTable(4, [[0, 3]]),
    expected: {
      inTopic: 4,
      inTable: 4,
      deadLetters: 0,
      gaps: [{ kind: "repeated in topic", where: "meter/s", from: 1, to: 1 }],
    },
  },
  {
    title: "messages that overtake others leave no gap",
    topics: meter(...seqs(0, 2, 1, 4, 3)),
    tables: meterTable(5, [[0, 4]]),
    expected: { inTopic: 5, inTable: 5, deadLetters: 0, gaps: [] },
  },
  {
    title: "declared losses explain gaps",
    topics: meter(
      { seq: 0 },
      { seq: 3, lost: { missing: 1, offline: 1 } },
      { seq: 4 },
      { seq: 6, lost: { missing: 1 } },
    ),
    tables: meterTable(4, [[0, 3]]),
    expected: { inTopic: 4, inTable: 4, deadLetters: 0, gaps: [], declaredLosses: 3 },
  },
  {
    title: "a gap that is longer than the declared loss is missing as far as nothing explains it",
    topics: meter({ seq: 0 }, { seq: 5, lost: { missing: 2 } }),
    tables: meterTable(2, [[0, 1]]),
    expected: {
      inTopic: 2,
      inTable: 2,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 1, to: 2 }],
      declaredLosses: 2,
    },
  },
  {
    title: "a declared loss of one sensor explains no gap of another sensor, or of another life",
    topics: meter(
      ...seqs(0, 2),
      { sensor: "other", seq: 0 },
      { sensor: "other", seq: 2, lost: { missing: 1 } },
      { boot: 60_000, seq: 0 },
      { boot: 60_000, seq: 2, lost: { missing: 1 } },
    ),
    tables: meterTable(6, [[0, 5]]),
    expected: {
      inTopic: 6,
      inTable: 6,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 1, to: 1 }],
      declaredLosses: 2,
    },
  },
  {
    title: "a declared duplicate explains a second message",
    topics: meter({ seq: 0 }, { seq: 1, kinds: ["duplicate"] }, { seq: 1, kinds: ["duplicate"] }, { seq: 2 }),
    tables: meterTable(4, [[0, 3]]),
    expected: { inTopic: 4, inTable: 4, deadLetters: 0, gaps: [], declaredDuplicates: 1 },
  },
  {
    title: "a declared duplicate explains no third message, and none of another observation",
    topics: meter(
      ...[1, 2, 3].map((): ScenarioMessage => ({ seq: 1, kinds: ["duplicate"] })),
      ...seqs(0, 0, 2),
    ),
    tables: meterTable(6, [[0, 5]]),
    expected: {
      inTopic: 6,
      inTable: 6,
      deadLetters: 0,
      gaps: [{ kind: "repeated in topic", where: "meter/s", from: 0, to: 1 }],
      declaredDuplicates: 1,
    },
  },
  {
    title: "observations that are held back are not missing before their time",
    topics: meter({ seq: 0 }, { seq: 3, held: { count: 2, untilMs: 60_000 } }, { seq: 4 }),
    tables: meterTable(3, [[0, 2]]),
    expected: { inTopic: 3, inTable: 3, deadLetters: 0, gaps: [] },
  },
  {
    title: "observations that were held back and came late are there once",
    topics: meter(
      { seq: 0 },
      { seq: 3, held: { count: 2, untilMs: 5_000 } },
      { seq: 1, kinds: ["late"] },
      { seq: 2, kinds: ["late"] },
      { seq: 6, lost: { missing: 2 } },
    ),
    tables: meterTable(5, [[0, 4]]),
    expected: { inTopic: 5, inTable: 5, deadLetters: 0, gaps: [], declaredLosses: 2 },
  },
  {
    title: "observations that were held back and did not come by their time are missing",
    topics: meter({ seq: 0 }, { seq: 3, held: { count: 2, untilMs: 5_000 } }, ...seqs(4, 5, 6)),
    tables: meterTable(5, [[0, 4]]),
    expected: {
      inTopic: 5,
      inTable: 5,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 1, to: 2 }],
    },
  },
  {
    title: "a corrupt message is a dead letter, and its label says which observation it was",
    topics: meter({ seq: 0 }, { seq: 1, kinds: ["corrupt"], value: "corrupt" }, { seq: 2 }),
    tables: meterTable(
      3,
      [
        [0, 0],
        [2, 2],
      ],
      { deadLetters: [[1, 1]] },
    ),
    expected: { inTopic: 3, inTable: 2, deadLetters: 1, gaps: [] },
  },
  {
    title: "a corrupt message declares what was lost before it",
    topics: meter(
      ...seqs(0, 1),
      { seq: 3, kinds: ["corrupt", "spike"], value: "corrupt", lost: { missing: 1 } },
      { seq: 4 },
    ),
    tables: meterTable(
      4,
      [
        [0, 1],
        [3, 3],
      ],
      { deadLetters: [[2, 2]] },
    ),
    expected: { inTopic: 4, inTable: 3, deadLetters: 1, gaps: [], declaredLosses: 1 },
  },
  {
    title: "a message that is no observation is a dead letter, and explains no gap",
    topics: meter({ seq: 0 }, { seq: 1, value: "foreign" }, { seq: 2 }),
    tables: meterTable(
      3,
      [
        [0, 0],
        [2, 2],
      ],
      { deadLetters: [[1, 1]] },
    ),
    expected: {
      inTopic: 3,
      inTable: 2,
      deadLetters: 1,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 1, to: 1 }],
    },
  },
  {
    title: "the table lacks rows of messages that are in the topic",
    topics: meter(...seqs(0, 1, 2, 3, 4, 5)),
    tables: meterTable(6, [
      [0, 1],
      [4, 5],
    ]),
    expected: {
      inTopic: 6,
      inTable: 4,
      deadLetters: 0,
      gaps: [{ kind: "missing in table", where: "meter/0", from: 2, to: 3 }],
    },
  },
  {
    title: "the table lacks all rows of a partition",
    topics: [
      { name: "meter", partitions: [{ messages: seqs(0, 1) }, { messages: [{ sensor: "other", seq: 0 }] }] },
    ],
    tables: [
      { tableTopic: "meter", partition: 0, first: 0, next: 2, rows: [[0, 1]] },
      { tableTopic: "meter", partition: 1, first: 0, next: 1, rows: [] },
    ],
    expected: {
      inTopic: 3,
      inTable: 2,
      deadLetters: 0,
      gaps: [{ kind: "missing in table", where: "meter/1", from: 0, to: 0 }],
    },
  },
  {
    title: "the table has rows twice",
    topics: meter(...seqs(0, 1, 2, 3)),
    tables: meterTable(4, [
      [0, 3],
      [1, 2],
    ]),
    expected: {
      inTopic: 4,
      inTable: 6,
      deadLetters: 0,
      gaps: [{ kind: "repeated in table", where: "meter/0", from: 1, to: 2 }],
    },
  },
  {
    title: "one message is both a row and a dead letter",
    topics: meter(...seqs(0, 1, 2)),
    tables: meterTable(3, [[0, 2]], { deadLetters: [[1, 1]] }),
    expected: {
      inTopic: 3,
      inTable: 3,
      deadLetters: 1,
      gaps: [{ kind: "repeated in table", where: "meter/0", from: 1, to: 1 }],
    },
  },
  {
    title: "the topic lacks one message, and the table another",
    topics: meter(...seqs(0, 1, 3, 4, 5)),
    tables: meterTable(5, [
      [0, 2],
      [4, 4],
    ]),
    expected: {
      inTopic: 5,
      inTable: 4,
      deadLetters: 0,
      gaps: [
        { kind: "missing in topic", where: "meter/s", from: 2, to: 2 },
        { kind: "missing in table", where: "meter/0", from: 3, to: 3 },
      ],
    },
  },
  {
    title: "a device that restarts counts from 0 again",
    topics: meter(
      ...seqs(0, 1, 2),
      ...[0, 1].map((seq) => ({ boot: 60_000, seq })),
      ...[0, 1, 2].map((seq) => ({ boot: 90_000, seq })),
    ),
    reported: [{ device: "meter", boot: 90_000, produced: 3, acknowledged: 3, dropped: 0 }],
    tables: meterTable(8, [[0, 7]]),
    expected: { inTopic: 8, inTable: 8, deadLetters: 0, gaps: [] },
  },
  {
    title: "each life of a device has gaps of its own",
    topics: meter(
      ...seqs(0, 2),
      ...[0, 1, 3].map((seq) => ({ boot: 60_000, seq })),
      ...[0, 1].map((seq) => ({ boot: 90_000, seq })),
    ),
    tables: meterTable(7, [[0, 6]]),
    expected: {
      inTopic: 7,
      inTable: 7,
      deadLetters: 0,
      gaps: [
        { kind: "missing in topic", where: "meter/s", from: 1, to: 1 },
        { kind: "missing in topic", where: "meter/s", from: 2, to: 2, boot: 60_000 },
      ],
    },
  },
  {
    title: "brokers acknowledged last messages that the topic does not have",
    topics: meter(...seqs(0, 1)),
    reported: [{ device: "meter", boot: 0, produced: 4, acknowledged: 4, dropped: 0 }],
    tables: meterTable(2, [[0, 1]]),
    expected: {
      inTopic: 2,
      inTable: 2,
      deadLetters: 0,
      gaps: [{ kind: "acknowledged, not in topic", where: "meter", from: 1, to: 4, count: 2 }],
    },
  },
  {
    title: "observations that a device dropped leave a gap, and are counted once",
    topics: meter(...seqs(0, 1, 4)),
    reported: [{ device: "meter", boot: 0, produced: 5, acknowledged: 3, dropped: 2 }],
    tables: meterTable(3, [[0, 2]]),
    expected: {
      inTopic: 3,
      inTable: 3,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 2, to: 3 }],
    },
  },
  {
    title: "a topic that is made anew begins with offset 0 under a new name in the table",
    topics: [
      { name: "meter", partitions: [{ messages: seqs(0, 1, 2) }] },
      { name: "meter", partitions: [{ messages: seqs(3, 4) }] },
    ],
    tables: [
      { tableTopic: "meter", partition: 0, first: 0, next: 3, rows: [[0, 2]] },
      { tableTopic: "meter#2", partition: 0, first: 0, next: 2, rows: [[0, 1]] },
    ],
    expected: { inTopic: 2, inTable: 5, deadLetters: 0, gaps: [] },
  },
  {
    title: "the table lacks rows of both incarnations of a topic",
    topics: [
      { name: "meter", partitions: [{ messages: seqs(0, 1, 2) }] },
      { name: "meter", partitions: [{ messages: seqs(3, 4, 5, 6) }] },
    ],
    tables: [
      {
        tableTopic: "meter",
        partition: 0,
        first: 0,
        next: 3,
        rows: [
          [0, 0],
          [2, 2],
        ],
      },
      {
        tableTopic: "meter#2",
        partition: 0,
        first: 0,
        next: 4,
        rows: [
          [0, 1],
          [3, 3],
        ],
      },
    ],
    expected: {
      inTopic: 4,
      inTable: 5,
      deadLetters: 0,
      gaps: [
        { kind: "missing in table", where: "meter/0", from: 1, to: 1 },
        { kind: "missing in table", where: "meter#2/0", from: 2, to: 2 },
      ],
    },
  },
  {
    title: "a message is lost in a topic that was made anew",
    topics: [
      { name: "meter", partitions: [{ messages: seqs(0, 1) }] },
      { name: "meter", partitions: [{ messages: seqs(2, 4) }] },
    ],
    tables: [
      { tableTopic: "meter", partition: 0, first: 0, next: 2, rows: [[0, 1]] },
      { tableTopic: "meter#2", partition: 0, first: 0, next: 2, rows: [[0, 1]] },
    ],
    expected: {
      inTopic: 2,
      inTable: 4,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 3, to: 3 }],
    },
  },
  {
    title: "retention has removed the first messages before the lake could read them",
    topics: [{ name: "meter", partitions: [{ earliest: 4, messages: seqs(4, 5, 7) }] }],
    tables: meterTable(7, [[4, 6]], { first: 4 }),
    expected: {
      inTopic: 3,
      inTable: 3,
      deadLetters: 0,
      gaps: [{ kind: "missing in topic", where: "meter/s", from: 6, to: 6 }],
    },
  },
  {
    title: "the table has not reached the end of a partition",
    topics: meter(...seqs(0, 1, 2, 3)),
    tables: meterTable(2, [[0, 1]]),
    expected: { inTopic: 4, inTable: 2, deadLetters: 0, gaps: [], unproved: ["meter/0"] },
  },
  {
    title: "the table knows nothing of a partition that has messages",
    topics: [
      { name: "meter", partitions: [{ messages: seqs(0) }, { messages: [{ sensor: "other", seq: 0 }] }] },
    ],
    tables: meterTable(1, [[0, 0]]),
    expected: { inTopic: 2, inTable: 1, deadLetters: 0, gaps: [], unproved: ["meter/1"] },
  },
  {
    title: "two devices share a topic of two partitions",
    devices: [
      { name: "meter-1", topic: "meters" },
      { name: "meter-2", topic: "meters" },
    ],
    topics: [
      {
        name: "meters",
        partitions: [
          { messages: [0, 1, 3].map((seq) => ({ device: "meter-1", seq })) },
          { messages: [0, 1, 1, 2].map((seq) => ({ device: "meter-2", seq })) },
        ],
      },
    ],
    tables: [
      { tableTopic: "meters", partition: 0, first: 0, next: 3, rows: [[0, 2]] },
      {
        tableTopic: "meters",
        partition: 1,
        first: 0,
        next: 4,
        rows: [[0, 2]],
      },
    ],
    expected: {
      inTopic: 7,
      inTable: 6,
      deadLetters: 0,
      gaps: [
        { kind: "missing in topic", where: "meter-1/s", from: 2, to: 2 },
        { kind: "repeated in topic", where: "meter-2/s", from: 1, to: 1 },
        { kind: "missing in table", where: "meters/1", from: 3, to: 3 },
      ],
    },
  },
];
