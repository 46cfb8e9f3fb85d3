import { expect, it } from "vitest";
import foreign from "../testing/foreign-batches.json";
import { compressionOf } from "./batch-header";
import { readContents } from "./read-records";
import { batchesOf } from "./record-set";
import { isUnreadable } from "./unreadable";

// Made by librdkafka 2.16.1, by the Java client 3.9.2, and by a broker 3.9.2 that compresses again (`compression.type` of the topic).
it.each(Object.entries(foreign))("a batch by %s is readable", async (by, base64) => {
  const recordSet = Buffer.from(base64, "base64");
  const values: string[] = [];
  const codes = new Set<number>();
  for (const batch of batchesOf(recordSet, { from: 0, highWatermark: 3 })) {
    if (!isUnreadable(batch)) codes.add(batch.compression);
    const read = await readContents(batch, 0);
    if (isUnreadable(read)) throw new Error(read.problem);
    for (const { offset, key, value } of read.messages)
      values.push(`${offset} ${String(key)} ${String(value)}`);
  }
  expect([...codes].map(compressionOf)).toEqual([by.split(" ")[1]]);
  expect(values).toEqual(
    [0, 1, 2].map(
      (number) => `${number} key-${number} {"number":${number},"text":"${"again and ".repeat(12)}"}`,
    ),
  );
});

it("the batches have both framings of Snappy", () => {
  const recordsOf = (base64: string) => Buffer.from(base64, "base64").subarray(61);
  const framed = Buffer.from("82534e4150505900", "hex");
  expect(recordsOf(foreign["java snappy"]).subarray(0, 8).equals(framed)).toBe(true);
  expect(recordsOf(foreign["librdkafka snappy"]).subarray(0, 8).equals(framed)).toBe(false);
});
