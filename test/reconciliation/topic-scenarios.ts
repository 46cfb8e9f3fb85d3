import { meter, meterTable, type Scenario, type ScenarioMessage, seqs } from "./scenario";

/** Messages are lost, repeated, declared, or cannot be read on their way to the topics. */
export const topicScenarios: readonly Scenario[] = [
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
];
