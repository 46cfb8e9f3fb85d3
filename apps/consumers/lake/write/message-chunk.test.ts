import { expect, it } from "vitest";
import type { KafkaMessage } from "../../../shared/kafka";
import { type MessageChunk, packMessages } from "./message-chunk";

function message(offset: number, key: Buffer | null, value: Buffer | null): KafkaMessage {
  return { key, value, offset: String(offset), timestamp: String(1000 + offset), attributes: 0, headers: {} };
}

/** Keys and values of a chunk as they were packed. */
function unpack({ count, places, bytes }: MessageChunk) {
  const part = (at: number) => {
    const start = places[at]!;
    const length = places[at + 1]!;
    return length < 0 ? null : Buffer.from(bytes.subarray(start, start + length)).toString();
  };
  return Array.from({ length: count }, (_, index) => [part(index * 4), part(index * 4 + 2)]);
}

it("adjacent messages in one buffer are packed as one span", () => {
  const answer = Buffer.from("..k1..value1..k2..value2");
  const chunk = packMessages(3, [
    message(7, answer.subarray(2, 4), answer.subarray(6, 12)),
    message(9, answer.subarray(14, 16), answer.subarray(18, 24)),
  ]);
  expect(unpack(chunk)).toEqual([
    ["k1", "value1"],
    ["k2", "value2"],
  ]);
  expect(Buffer.from(chunk.bytes).toString()).toBe("k1..value1..k2..value2");
  expect([chunk.partition, [...chunk.offsets], [...chunk.times]]).toEqual([3, [7, 9], [1007, 1009]]);
});

it("messages at any place are packed, including null and empty parts", () => {
  const far = Buffer.alloc(10_000, ".");
  far.write("late", 9000);
  far.write("early", 100);
  const chunk = packMessages(0, [
    message(0, null, Buffer.from("own buffer")),
    message(1, far.subarray(9000, 9004), far.subarray(100, 105)),
    message(2, Buffer.from("key alone"), null),
    message(3, Buffer.alloc(0), Buffer.alloc(0)),
    message(4, null, null),
    message(5, null, far.subarray(9000, 9004)),
  ]);
  expect(unpack(chunk)).toEqual([
    [null, "own buffer"],
    ["late", "early"],
    ["key alone", null],
    ["", ""],
    [null, null],
    [null, "late"],
  ]);
  expect(chunk.bytes.length).toBeLessThan(100);
});

it("no messages make an empty chunk", () => {
  expect(packMessages(0, [])).toMatchObject({ count: 0, bytes: new Uint8Array() });
});
