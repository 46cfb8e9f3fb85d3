import { meter, meterTable, type Scenario, seqs } from "./scenario";

/** The tables lack or repeat rows, devices restart, and topics are made anew. */
export const tableScenarios: readonly Scenario[] = [
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
