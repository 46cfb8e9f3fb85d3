import { describe, expect, it } from "vitest";
import { closedAt } from "./table-topics";
import { incarnationsOf, sourceAppIdOf } from "./incarnations";

const identity = { clusterId: "c", topicId: "t_-9" };

describe("the incarnations of a table", () => {
  it("are grouped by topic, from the oldest to the current one", () => {
    const incarnations = incarnationsOf(
      new Map([
        ["kafka-iot-sim-lake:a#10:0", 4],
        [sourceAppIdOf("a#10", 0, { ...identity, topicId: "u" }), 3],
        ["spark", 99],
        ["kafka-iot-sim-lake:a:1", closedAt(0)],
        ["kafka-iot-sim-lake:a:0", closedAt(7)],
        [sourceAppIdOf("a", 0, identity), 5],
        [sourceAppIdOf("a", 1, identity), 0],
        ["kafka-iot-sim-lake:a#2:0", closedAt(2)],
        ["kafka-iot-sim-lake:b:0", 12],
      ]),
    );
    expect([...incarnations.keys()].sort()).toEqual(["a", "b"]);
    expect(incarnations.get("a")).toEqual([
      {
        topic: "a",
        number: 1,
        tableTopic: "a",
        source: identity,
        partitions: new Map([
          [1, { first: 0, next: 0 }],
          [0, { first: 5, next: 7 }],
        ]),
      },
      {
        topic: "a",
        number: 2,
        tableTopic: "a#2",
        source: undefined,
        partitions: new Map([[0, { first: 0, next: 2 }]]),
      },
      {
        topic: "a",
        number: 10,
        tableTopic: "a#10",
        source: { clusterId: "c", topicId: "u" },
        partitions: new Map([[0, { first: 3, next: 4 }]]),
      },
    ]);
    expect(incarnations.get("b")?.[0]?.partitions.get(0)).toEqual({ first: 0, next: 12 });
  });

  it.each([
    { clusterId: "a:b%/ü", topicId: undefined },
    { clusterId: undefined, topicId: "t" },
    { clusterId: undefined, topicId: undefined },
    identity,
  ])("keep ids unchanged: %j", (source) => {
    const transactions = new Map([
      ["kafka-iot-sim-lake:a:0", 0],
      [sourceAppIdOf("a", 0, source), 0],
    ]);
    expect(incarnationsOf(transactions).get("a")?.[0]?.source).toEqual(source);
  });

  it("take ids that the brokers reported later", () => {
    const known = [sourceAppIdOf("a", 0, identity), 0] as const;
    const unknown = [sourceAppIdOf("a", 0, { ...identity, topicId: undefined }), 0] as const;
    for (const sources of [
      [known, unknown],
      [unknown, known],
    ]) {
      const transactions = new Map([["kafka-iot-sim-lake:a:0", 0], ...sources]);
      expect(incarnationsOf(transactions).get("a")?.[0]?.source).toEqual(identity);
    }
  });

  it.each([
    "kafka-iot-sim-source:a:0:c",
    "kafka-iot-sim-source:a:0:c:t:x",
    "kafka-iot-sim-source:a:1:c:t",
    "kafka-iot-sim-source:b:0:c:t",
    "other:a:0:c:t",
  ])("ignore applications of others: %j", (appId) => {
    const incarnations = incarnationsOf(
      new Map([
        ["kafka-iot-sim-lake:a:0", 6],
        [appId, 4],
      ]),
    );
    expect(incarnations.get("a")?.map(({ source, partitions }) => [source, [...partitions]])).toEqual([
      [undefined, [[0, { first: 0, next: 6 }]]],
    ]);
  });
});
