import { describe, expect, it } from "vitest";
import type { TransactionStep } from "../../../shared/delta/table/table";
import { incarnationsOf } from "../../../shared/lake-table/incarnations";
import { planSource, type SourcePlan, type TopicFound } from "./source-plan";

const now = { clusterId: "c", topicId: "t" };
const other = { clusterId: "c", topicId: "u" };

function found(
  identity: TopicFound["identity"],
  ...ranges: readonly [earliest: number, latest: number][]
): TopicFound {
  return {
    identity,
    offsets: ranges.map(([earliest, latest], partition) => ({ partition, earliest, latest })),
  };
}

/** A table, by its transactions, that plans are carried out on. */
class Ledger {
  readonly transactions = new Map<string, number>();

  plan(held: TopicFound): SourcePlan {
    return planSource("d", incarnationsOf(this.transactions).get("d") ?? [], held);
  }

  apply(steps: readonly TransactionStep[]): void {
    expect(new Set(steps.map(({ appId }) => appId)).size).toBe(steps.length);
    for (const { appId, from, to } of steps) {
      expect(this.transactions.get(appId)).toBe(from);
      this.transactions.set(appId, to);
    }
  }

  /** A table that was fed from the topic's beginning up to these offsets. */
  static fed(identity: TopicFound["identity"], ...next: readonly number[]): Ledger {
    const ledger = new Ledger();
    ledger.apply(ledger.plan(found(identity, ...next.map((): [number, number] => [0, 0]))).steps);
    ledger.readTo("d", ...next);
    return ledger;
  }

  readTo(tableTopic: string, ...next: readonly number[]): void {
    for (const [partition, offset] of next.entries())
      this.transactions.set(`kafka-iot-sim-lake:${tableTopic}:${partition}`, offset);
  }
}

describe("a topic that the table does not know", () => {
  it("starts with the oldest messages that still exist, and is remembered", () => {
    expect(new Ledger().plan(found(now, [0, 9], [5, 9]))).toEqual({
      loss: undefined,
      starts: [
        { topic: "d", partition: 0, first: 0 },
        { topic: "d", partition: 1, first: 5 },
      ],
      steps: [
        { appId: "kafka-iot-sim-lake:d:0", from: undefined, to: 0 },
        { appId: "kafka-iot-sim-source:d:0:c:t", from: undefined, to: 0 },
        { appId: "kafka-iot-sim-lake:d:1", from: undefined, to: 5 },
        { appId: "kafka-iot-sim-source:d:1:c:t", from: undefined, to: 5 },
      ],
    });
  });
});

describe("a topic that the table knows", () => {
  it.each([
    ["is where it was left off", found(now, [0, 7], [0, 4])],
    ["has grown", found(now, [0, 70], [0, 40])],
    ["has dropped only what was read", found(now, [7, 9], [4, 4])],
    ["does not say its id", found({ clusterId: "c", topicId: undefined }, [0, 7], [0, 4])],
  ])("continues if it %s", (_what, held) => {
    expect(Ledger.fed(now, 7, 4).plan(held)).toEqual({ loss: undefined, starts: [], steps: [] });
  });

  it("takes up partitions that were added later", () => {
    const plan = Ledger.fed(now, 7).plan(found(now, [0, 7], [0, 3]));
    expect(plan).toEqual({
      loss: undefined,
      starts: [{ topic: "d", partition: 1, first: 0 }],
      steps: [
        { appId: "kafka-iot-sim-lake:d:1", from: undefined, to: 0 },
        { appId: "kafka-iot-sim-source:d:1:c:t", from: undefined, to: 0 },
      ],
    });
  });

  it("is remembered if an earlier version, or brokers that report no id, left it without one", () => {
    const unknown = { clusterId: "c", topicId: undefined };
    const old = new Ledger();
    old.readTo("d", 7);
    for (const [ledger, identity] of [
      [old, unknown],
      [old, now],
      [Ledger.fed(unknown, 7), now],
    ] as const) {
      const plan = ledger.plan(found(identity, [0, 9]));
      const appId = `kafka-iot-sim-source:d:0:c:${identity.topicId ?? ""}`;
      expect(plan).toEqual({ loss: undefined, starts: [], steps: [{ appId, from: undefined, to: 0 }] });
      ledger.apply(plan.steps);
      expect(ledger.plan(found(identity, [0, 9])).steps).toEqual([]);
    }
    expect(old.plan(found(other, [0, 9])).loss?.code).toBe("TOPIC_RECREATED");
  });
});

describe("a topic that has lost messages", () => {
  it.each([
    [
      "was created again",
      found(other, [0, 900], [0, 900]),
      "TOPIC_RECREATED",
      'topic "d" was deleted and created again: its id is u, but the rows in the table are from t',
    ],
    [
      "is in another cluster",
      found({ clusterId: "x", topicId: "t" }, [0, 900], [0, 900]),
      "TOPIC_RECREATED",
      `topic "d" belongs to another Kafka cluster now: the cluster's id is x, but the rows in the table are from c`,
    ],
    [
      "ends too early",
      found(now, [0, 7], [0, 3]),
      "OFFSETS_LOST",
      'topic "d" partition 1 ends at offset 3, but the table already holds it up to 4: the brokers have lost messages',
    ],
    [
      "ends too early and does not say its id",
      found({ clusterId: "c", topicId: undefined }, [0, 6], [0, 4]),
      "TOPIC_RECREATED",
      'topic "d" partition 0 ends at offset 6, but the table already holds it up to 7: the topic was deleted and created ' +
        "again, or the brokers have lost messages",
    ],
    [
      "has dropped unread messages",
      found(now, [9, 20], [6, 8]),
      "OFFSETS_LOST",
      'topic "d" partition 0 starts at offset 9, but the table holds it only up to 7: the topic lost 2 unread messages ' +
        "(1 more partition alike)",
    ],
  ])("is reported if it %s", (_what, held, code, what) => {
    expect(Ledger.fed(now, 7, 4).plan(held).loss).toEqual({ code, what, tableTopic: "d#2" });
  });

  it("ends its incarnation, and starts the next with the oldest messages", () => {
    const ledger = Ledger.fed(now, 7, 4);
    const plan = ledger.plan(found(other, [2, 900], [0, 900]));
    expect(plan.steps).toEqual([
      { appId: "kafka-iot-sim-lake:d:0", from: 7, to: -8 },
      { appId: "kafka-iot-sim-lake:d:1", from: 4, to: -5 },
      { appId: "kafka-iot-sim-lake:d#2:0", from: undefined, to: 2 },
      { appId: "kafka-iot-sim-source:d#2:0:c:u", from: undefined, to: 2 },
      { appId: "kafka-iot-sim-lake:d#2:1", from: undefined, to: 0 },
      { appId: "kafka-iot-sim-source:d#2:1:c:u", from: undefined, to: 0 },
    ]);
    ledger.apply(plan.steps);
    expect(ledger.plan(found(other, [2, 900], [0, 900]))).toEqual({
      loss: undefined,
      starts: [],
      steps: [],
    });
  });

  it.each([
    ["before they were read", found(now, [9, 20], [0, 8]), [9, 4]],
    ["after they were read", found(now, [0, 5], [0, 8]), [0, 4]],
    ["of all partitions", found(now, [8, 8], [9, 9]), [8, 9]],
  ])("is not read twice in partitions that lost nothing: lost %s", (_what, held, firsts) => {
    expect(
      Ledger.fed(now, 7, 4)
        .plan(held)
        .starts.map(({ first }) => first),
    ).toEqual(firsts);
  });

  it("continues where it was left off when the former topic is back", () => {
    const ledger = Ledger.fed(now, 7, 4);
    ledger.apply(ledger.plan(found(other, [0, 900], [0, 900])).steps);
    ledger.readTo("d#2", 50, 60);
    const back = ledger.plan(found(now, [0, 9], [0, 9], [1, 2]));
    expect(back.loss?.tableTopic).toBe("d#3");
    expect(back.starts.map(({ first }) => first)).toEqual([7, 4, 1]);
    ledger.apply(back.steps);
    expect(ledger.plan(found(other, [0, 900], [0, 900])).starts.map(({ first }) => first)).toEqual([50, 60]);
  });

  it("continues from the latest of its several incarnations", () => {
    const ledger = Ledger.fed(now, 7, 4);
    ledger.apply(ledger.plan(found(now, [9, 20], [0, 8])).steps);
    ledger.readTo("d#2", 12, 6);
    const again = ledger.plan(found(now, [15, 20], [0, 8]));
    expect(again.loss?.tableTopic).toBe("d#3");
    expect(again.starts.map(({ first }) => first)).toEqual([15, 6]);
  });

  it("is read again from its start if its identity is unknown", () => {
    const unknown = { clusterId: "c", topicId: undefined };
    const { loss, starts } = Ledger.fed(unknown, 7, 4).plan(found(unknown, [0, 6], [0, 900]));
    expect(loss?.code).toBe("TOPIC_RECREATED");
    expect(starts.map(({ first }) => first)).toEqual([0, 0]);
  });
});
