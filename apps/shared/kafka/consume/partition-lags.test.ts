import { describe, expect, it } from "vitest";
import type { EachBatchPayload } from "../transport/kafkajs-internals";
import { PartitionLags } from "./partition-lags";

describe("partition lags", () => {
  const resolved: string[] = [];
  const batch = (partition: number, fetchedOffset: string, highWatermark: string) =>
    ({
      batch: { topic: "t", partition, fetchedOffset, highWatermark },
      resolveOffset: (offset: string) => resolved.push(offset),
    }) as unknown as EachBatchPayload;

  it("are the difference between the known end and the position", () => {
    const lags = new PartitionLags();
    lags.assigned({ t: [0, 1] });
    expect([...lags]).toEqual([]);
    const payload = lags.following(batch(0, "90", "100"));
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 10 }]);
    payload.resolveOffset("95");
    expect(resolved).toEqual(["95"]);
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 4 }]);
    lags.read("t", 0, 99);
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 0 }]);
    lags.read("t", 0, 104);
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 0 }]);
  });

  it("grow again if messages are read a second time", () => {
    const lags = new PartitionLags();
    lags.following(batch(0, "90", "100")).resolveOffset("99");
    lags.following(batch(0, "20", "101"));
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 81 }]);
  });

  it("cover only assigned partitions", () => {
    const lags = new PartitionLags();
    for (const partition of [0, 1, 2]) lags.following(batch(partition, "0", "5"));
    lags.assigned({ t: [1], u: [2] });
    lags.read("t", 0, 3);
    expect([...lags]).toEqual([{ topic: "t", partition: 1, lag: 5 }]);
  });

  it("are known before anything is read, from the asked offset and the end in the answer", () => {
    const lags = new PartitionLags();
    lags.assigned({ t: [0] });
    lags.answered([
      { topic: "t", partition: 0, from: 3, end: 10 },
      { topic: "t", partition: 1, from: 0, end: 10 },
    ]);
    expect([...lags]).toEqual([{ topic: "t", partition: 0, lag: 7 }]);
  });
});
