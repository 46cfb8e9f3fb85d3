import { expect, it } from "vitest";
import { describeVerdict, type Verdict, verdictJson } from "./report";

const verdict: Verdict = {
  stack: "dev",
  version: 7,
  offsets: [
    {
      key: ["device-1", 0],
      bounds: { first: 10, next: 1210 },
      rows: 1198,
      deadLetters: 2,
      missing: 0,
      outside: 0,
      repeats: 0,
    },
  ],
  sequences: 3,
  observations: 1198,
  problems: [],
  notes: ["a note"],
  declared: [{ kind: "missing", observations: 1200, withoutMessage: 1190, devices: 3 }],
  unread: ["device-2"],
  gone: ["device-3"],
};

it("a verdict proves in figures that nothing is wrong", () => {
  expect(describeVerdict(verdict).split("\n")).toEqual([
    "topic     partition  first  next  messages   rows  dead letters  missing  repeated",
    "device-1          0     10  1210     1,200  1,198             2        0         0",
    "",
    "declared fault  observations  without a message  devices",
    "missing                1,200              1,190        3",
    "",
    "not read by any lake, so not checked: device-2",
    "no longer in Kafka, so compared with the table's transactions alone: device-3",
    "a note",
    "",
    "Every message is there exactly once: 1,200 messages = 1,198 rows + 2 dead letters (version 7 of the table).",
    "No sensor lacks or repeats an observation, but as declared: 1,198 in 3 sequences.",
  ]);
});

it("a verdict does not mention faults if none are declared", () => {
  for (const declared of [undefined, []])
    expect(
      describeVerdict({ ...verdict, declared })
        .split("\n")
        .slice(-1),
    ).toEqual(["No sensor lacks or repeats an observation: 1,198 in 3 sequences."]);
});

it("a verdict lists the problems", () => {
  const wrong = {
    ...verdict,
    offsets: [],
    declared: undefined,
    unread: [],
    gone: [],
    notes: [],
    problems: ["one", "two"],
  };
  expect(describeVerdict(wrong).split("\n")).toEqual([
    "Something is wrong with version 7 of the table:",
    "  - one",
    "  - two",
  ]);
  expect(JSON.parse(verdictJson(wrong))).toMatchObject({ ok: false, problems: ["one", "two"] });
});

it("a verdict is one JSON object for programs", () => {
  expect(JSON.parse(verdictJson(verdict))).toEqual({
    ok: true,
    stack: "dev",
    version: 7,
    sequences: 3,
    observations: 1198,
    problems: [],
    notes: ["a note"],
    declared: [{ kind: "missing", observations: 1200, withoutMessage: 1190, devices: 3 }],
    unread: ["device-2"],
    gone: ["device-3"],
    partitions: [
      {
        topic: "device-1",
        partition: 0,
        first: 10,
        next: 1210,
        rows: 1198,
        deadLetters: 2,
        missing: 0,
        outside: 0,
        repeats: 0,
      },
    ],
  });
});
