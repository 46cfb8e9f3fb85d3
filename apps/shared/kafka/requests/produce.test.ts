import { describe, expect, it } from "vitest";
import { kafkajsProduce } from "../transport/testing/kafkajs-reference";
import { produceExchange } from "./produce";

/** Requests with batches that kafkajs writes, with one record each. */
const batchOf = (request: Buffer, at: number) => {
  const length = request.readInt32BE(at);
  return { batch: request.subarray(at + 4, at + 4 + length), next: at + 4 + length };
};

describe("a produce request", () => {
  it("is written as by kafkajs: versions 3 to 8 are alike", async () => {
    const partitions = [
      { partition: 5, firstSequence: 0, messages: [{ key: "k", value: "one" }] },
      { partition: 258, firstSequence: 7, messages: [{ key: "k", value: "two" }] },
    ];
    const theirs = await kafkajsProduce({
      acks: -1,
      timeout: 8000,
      topicData: [{ topic: "größe", partitions }],
    }).encode();
    const firstBatchAt = 2 + 2 + 4 + 4 + 2 + Buffer.byteLength("größe") + 4 + 4;
    const first = batchOf(theirs.buffer, firstBatchAt);
    const second = batchOf(theirs.buffer, first.next + 4);
    const { request } = produceExchange({
      topic: "größe",
      batches: new Map([
        [5, first.batch],
        [258, second.batch],
      ]),
      timeoutMs: 8000,
    });
    expect((await request.encode()).buffer.toString("hex")).toBe(theirs.buffer.toString("hex"));
    expect([request.apiKey, request.apiVersion]).toEqual([0, 8]);
  });
});

describe("the answer to a produce request", () => {
  // Partition 0 is appended, 1 is refused in general words, 2 because of one of its records.
  const answer = Buffer.from(
    [
      "00000001" + "0001" + "74" + "00000003",
      "00000000" +
        "0000" +
        "000000012a05f200" +
        "ffffffffffffffff" +
        "0000000000000000" +
        "00000000" +
        "ffff",
      "00000001" +
        "0013" +
        "ffffffffffffffff" +
        "ffffffffffffffff" +
        "ffffffffffffffff" +
        "00000000" +
        "0002" +
        "6e6f",
      "00000002" + "0057" + "ffffffffffffffff" + "ffffffffffffffff" + "ffffffffffffffff",
      "00000002" + "00000000" + "ffff" + "00000003" + "0003" + "626164" + "ffff",
      "00000064",
    ].join(""),
    "hex",
  );
  const { response } = produceExchange({ topic: "t", batches: new Map(), timeoutMs: 1 });

  it("is read partition by partition", async () => {
    const decoded = await response.decode(answer);
    expect(decoded.clientSideThrottleTime).toBe(100);
    await expect(response.parse(decoded)).resolves.toEqual([
      { partition: 0, errorCode: 0, errorMessage: undefined, baseOffset: 5_000_000_000n },
      { partition: 1, errorCode: 19, errorMessage: "no", baseOffset: undefined },
      { partition: 2, errorCode: 87, errorMessage: "bad", baseOffset: undefined },
    ]);
  });

  it("fails wherever it ends too early", () => {
    for (let length = 0; length < answer.length; length++) {
      expect(() => response.decode(answer.subarray(0, length))).toThrow(/ends too early/);
    }
  });
});
