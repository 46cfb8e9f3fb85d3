import { beforeAll, describe, expect, it } from "vitest";
import { CompressionTypes } from "../transport/testing/kafkajs-reference";
import { encodeBatch, withChecksum } from "../testing/encode-batch";
import { readContents } from "./read-records";
import { offsetOf } from "./record-view";
import { batchesOf, type OffsetBounds } from "./record-set";
import { isUnreadable, type UnreadableBatch } from "./unreadable";

const at = { length: 8, magic: 16, checksum: 17, attributes: 21, delta: 23, count: 57, records: 61 };

/** A batch of ten messages. */
const batch = (firstOffset: number, fields: object = {}) =>
  encodeBatch(
    Array.from({ length: 10 }, () => ({})),
    { firstOffset, ...fields },
  );

/** The contents of a record set: offsets as `0-9`, and unreadable ones as `10-19: reason`. */
async function read(
  parts: readonly Buffer[],
  bounds: Partial<OffsetBounds> = {},
): Promise<{ readonly reported: readonly string[]; readonly lost: readonly UnreadableBatch[] }> {
  const reported: string[] = [];
  const lost: UnreadableBatch[] = [];
  const { from = 0, highWatermark = 1000 } = bounds;
  for (const found of batchesOf(Buffer.concat(parts), { from, highWatermark })) {
    const contents = await readContents(found, from);
    if (isUnreadable(contents)) {
      lost.push(contents);
      reported.push(`${contents.firstOffset}-${contents.lastOffset}: ${contents.problem}`);
    } else {
      const offsets = contents.messages.map(offsetOf);
      reported.push(`${offsets[0]}-${offsets.at(-1)}`);
    }
  }
  return { reported, lost };
}

/** Changes the batch from 10 on, between two intact ones. @returns what is reported of it */
async function between(change: (batch: Buffer) => unknown, fields: object = {}) {
  const second = await batch(10, fields);
  const result = change(second);
  const changed = Buffer.isBuffer(result) && result.length > 0 ? result : second;
  const { reported, lost } = await read([await batch(0), changed, await batch(20)]);
  expect(reported[0]).toBe("0-9");
  expect(reported.at(-1)).toBe("20-29");
  expect(reported).toHaveLength(3);
  const [only] = lost;
  expect(only?.bytes.equals(changed)).toBe(true);
  return reported[1];
}

describe("an unreadable batch is reported with its offsets, its bytes and the reason, and the next one is read", () => {
  const checksum = /^10-19: its checksum is [0-9a-f]{8}, but that of its bytes is [0-9a-f]{8}$/;

  it.each<[string, (batch: Buffer) => unknown]>([
    ["in its records", (bytes) => void (bytes[80] = 0xff)],
    ["in its checksum", (bytes) => void (bytes[at.checksum] = 0)],
    ["in how it is compressed", (bytes) => void (bytes[at.attributes + 1] = 3)],
    ["in its last offset, which is larger", (bytes) => bytes.writeInt32BE(500, at.delta)],
    ["in its last offset, which is smaller", (bytes) => bytes.writeInt32BE(0, at.delta)],
    ["in its last offset, which is none", (bytes) => bytes.writeInt32BE(-7, at.delta)],
    ["in its count", (bytes) => bytes.writeInt32BE(2 ** 30, at.count)],
  ])("if it was corrupted %s", async (_where, change) => {
    expect(await between(change)).toMatch(checksum);
  });

  it.each<[string, (batch: Buffer) => unknown, string]>([
    [
      "an unknown compression",
      (bytes) => bytes.writeInt16BE(5, at.attributes),
      "no compression has its number 5",
    ],
    ["another", (bytes) => bytes.writeInt16BE(7, at.attributes), "no compression has its number 7"],
    [
      "bytes that are not gzip",
      (bytes) => bytes.writeInt16BE(1, at.attributes),
      "gzip cannot decompress it: incorrect header check",
    ],
    [
      "bytes that are not snappy",
      (bytes) => bytes.writeInt16BE(2, at.attributes),
      "snappy cannot decompress it: ",
    ],
    [
      "bytes that are not LZ4",
      (bytes) => bytes.writeInt16BE(3, at.attributes),
      "lz4 cannot decompress it: a frame begins with ",
    ],
    [
      "bytes that are not zstd",
      (bytes) => bytes.writeInt16BE(4, at.attributes),
      "zstd cannot decompress it: Unknown frame descriptor",
    ],
    [
      "more records than it has",
      (bytes) => bytes.writeInt32BE(11, at.count),
      "its records are in disorder: ",
    ],
    [
      "fewer records than it has",
      (bytes) => bytes.writeInt32BE(9, at.count),
      "its records are in disorder: 9 records end at byte ",
    ],
    [
      "an enormous number of records",
      (bytes) => bytes.writeInt32BE(2 ** 31 - 1, at.count),
      "its records are in disorder: 2147483647 records cannot be in ",
    ],
    [
      "a negative number of records",
      (bytes) => bytes.writeInt32BE(-1, at.count),
      "its records are in disorder: -1 records cannot be in ",
    ],
    [
      "a record that goes beyond its end",
      (bytes) => void (bytes[at.records] = 0x7f),
      "its records are in disorder: ",
    ],
    ["nothing but zeros", (bytes) => void bytes.fill(0, at.records), "its records are in disorder: "],
    ["nothing but ones", (bytes) => void bytes.fill(0xff, at.records), "its records are in disorder: "],
    [
      "a record with the offset of another",
      (bytes) => void (bytes[at.records + 3] = 2),
      "its records are in disorder: record 2 of 10 is none that can be here",
    ],
    [
      "a record with an offset behind the batch",
      (bytes) => void (bytes[bytes.length - 7] = 0x7e),
      "its records are in disorder: ",
    ],
    [
      "headers that go beyond its end",
      (bytes) => void (bytes[bytes.length - 1] = 0x7e),
      "its records are in disorder: ",
    ],
  ])("if its producer wrote %s", async (_what, change, problem) => {
    const reported = await between((bytes) => {
      change(bytes);
      withChecksum(bytes);
    });
    expect(reported?.startsWith(`10-19: ${problem}`), reported).toBe(true);
  });

  it.each([CompressionTypes.GZIP, CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD])(
    "if the output of compression %i is cut off",
    async (compression) => {
      const reported = await between(
        (bytes) => {
          const cut = Buffer.from(bytes.subarray(0, -9));
          cut.writeInt32BE(cut.length - 12, at.length);
          return withChecksum(cut);
        },
        { compression },
      );
      expect(reported).toMatch(/^10-19: \w+ cannot decompress it: /);
    },
  );

  it.each([0, 1, 3, 100, -1])("if it has format %i", async (magic) => {
    expect(await between((bytes) => void bytes.writeInt8(magic, at.magic))).toBe(
      `10-19: it is in format ${magic}${magic === 0 || magic === 1 ? ", which is older than Kafka 0.11" : ""}; only format 2 is known`,
    );
  });

  it("if its length is impossible, up to the next batch", async () => {
    expect(await between((bytes) => void bytes.writeInt32BE(-5, at.length))).toBe(
      "10-19: -5 bytes are no length of a batch",
    );
    expect(await between((bytes) => void bytes.fill(0))).toBe("10-19: 0 bytes are no length of a batch");
  });
});

it("an entry from before Kafka 0.11 has the offset of its last message", async () => {
  /** offset length crc magic attributes [timestamp] key value */
  const old = (offset: number, magic: number, attributes: number) => {
    const bytes = Buffer.alloc(12 + 14 + (magic === 1 ? 8 : 0));
    bytes.writeBigInt64BE(BigInt(offset), 0);
    bytes.writeInt32BE(bytes.length - 12, at.length);
    bytes.writeInt8(magic, at.magic);
    bytes.writeInt8(attributes, at.magic + 1);
    return bytes;
  };
  const { reported } = await read([old(0, 0, 0), old(3, 1, 0), old(9, 1, 2), await batch(10)]);
  const why = (magic: number) =>
    `it is in format ${magic}, which is older than Kafka 0.11; only format 2 is known`;
  expect(reported).toEqual([`0-0: ${why(0)}`, `3-3: ${why(1)}`, `4-9: ${why(1)}`, "10-19"]);
});

describe("the end of a corrupt batch", () => {
  const corrupt = async (firstOffset: number, change: (bytes: Buffer) => void = () => {}) => {
    const bytes = await batch(firstOffset);
    change(bytes);
    bytes[bytes.length - 1] = 0xee;
    return bytes;
  };
  const spans = async (parts: readonly Buffer[], bounds: Partial<OffsetBounds> = {}) =>
    (await read(parts, bounds)).reported.map((text) => text.replace(/:.*/, "!"));

  it("is the next batch, or without one the offset that its header says twice", async () => {
    expect(await spans([await corrupt(0), await batch(10)])).toEqual(["0-9!", "10-19"]);
    expect(await spans([await corrupt(0)])).toEqual(["0-9!"]);
    expect(await spans([await corrupt(0), (await batch(10)).subarray(0, -1)])).toEqual(["0-9!"]);
  });

  it("is unknown if there is neither: it is reported one offset at a time until the next batch comes", async () => {
    const broken = await corrupt(0, (bytes) => bytes.writeInt32BE(700, at.delta));
    expect(await spans([broken])).toEqual(["0-0!"]);
    expect(await spans([broken], { from: 1 })).toEqual(["1-1!"]);
    expect(await spans([broken, await batch(10)], { from: 2 })).toEqual(["2-9!", "10-19"]);
    // Brokers trust its header and begin with it, although all of its offsets were read.
    expect(await spans([broken, await batch(10)], { from: 10 })).toEqual(["10-19"]);
  });

  it("is a batch that seems to be a part of it, whole or cut off", async () => {
    for (const more of [50, 1_000_000]) {
      const broken = await corrupt(0);
      const behind = [await batch(10), await batch(20)];
      const rest = behind[0]!.length + behind[1]!.length;
      broken.writeInt32BE(broken.length - 12 + Math.min(more, rest), at.length);
      expect(await spans([broken, ...behind])).toEqual(["0-9!", "10-19", "20-29"]);
    }
  });

  it("is the start of the next one if there are several", async () => {
    const unclear = await corrupt(0, (bytes) => bytes.writeInt32BE(700, at.delta));
    expect(await spans([await corrupt(0), await corrupt(10), await batch(20)])).toEqual([
      "0-9!",
      "10-19!",
      "20-29",
    ]);
    expect(await spans([unclear, await corrupt(10), await batch(20)])).toEqual(["0-0!", "1-19!", "20-29"]);
  });

  it("leaves out offsets that were read before", async () => {
    expect(await spans([await corrupt(0), await batch(10)], { from: 7 })).toEqual(["7-9!", "10-19"]);
  });

  it("does not depend on an offset that the partition cannot have", async () => {
    const far = await batch(10);
    far.writeBigInt64BE(2n ** 40n, 0);
    expect(await spans([await batch(0), far, await batch(20)])).toEqual(["0-9", "10-19!", "20-29"]);
  });

  it("does not depend on the high watermark, which may be older", async () => {
    expect(await spans([await batch(0), await batch(10)], { highWatermark: 4 })).toEqual(["0-9", "10-19"]);
  });
});

it("garbage without a batch in it is reported, and the offsets behind it are fetched", async () => {
  const garbage = Buffer.alloc(100_000);
  const { reported, lost } = await read([garbage], { from: 5 });
  expect(reported).toEqual(["5-5: 0 bytes are no length of a batch"]);
  expect(lost[0]?.bytes).toHaveLength(4096);
  expect((await read([await batch(0), garbage])).reported).toEqual(["0-9"]);
});

describe("for any bytes", () => {
  let parts: readonly Buffer[];
  beforeAll(async () => {
    const compressions = [
      CompressionTypes.None,
      CompressionTypes.GZIP,
      CompressionTypes.Snappy,
      CompressionTypes.LZ4,
      CompressionTypes.ZSTD,
    ];
    parts = await Promise.all(compressions.map((compression, place) => batch(place * 10, { compression })));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "nothing is thrown, each offset comes once and in order, and everything readable is read (seed %i)",
    async (seed) => {
      let state = seed;
      const below = (limit: number) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * limit);
      };
      const ends = parts.map((_, place) =>
        parts.slice(0, place + 1).reduce((sum, { length }) => sum + length, 0),
      );
      for (let time = 0; time < 150; time++) {
        const bytes = Buffer.concat(parts);
        const touched = new Set<number>();
        for (let flips = 1 + below(3); flips > 0; flips--) {
          const place = below(bytes.length);
          // Brokers set the offset, and no checksum guards it.
          const own = ends.findIndex((end) => place < end);
          const within = place - (ends[own - 1] ?? 0);
          if (within < 8) continue;
          bytes[place] = below(256);
          touched.add(own);
        }
        const from = below(50);
        const reported: number[] = [];
        const readable: number[] = [];
        for (const found of batchesOf(bytes, { from, highWatermark: 50 })) {
          const contents = await readContents(found, from);
          if (isUnreadable(contents)) {
            expect(contents.bytes.length).toBeGreaterThan(0);
            expect(contents.lastOffset).toBeGreaterThanOrEqual(contents.firstOffset);
            for (let offset = contents.firstOffset; offset <= contents.lastOffset; offset++)
              reported.push(offset);
          } else {
            const offsets = contents.messages.map(offsetOf).filter((offset) => offset >= from);
            reported.push(...offsets);
            readable.push(...offsets);
          }
        }
        if (new Set(reported).size !== reported.length)
          console.log(
            seed,
            time,
            from,
            [...touched],
            reported.join(" "),
            (await read([bytes], { from, highWatermark: 50 })).reported,
          );
        const upTo = reported.at(-1) ?? from - 1;
        expect(reported, `time ${time}`).toEqual(
          Array.from({ length: upTo + 1 - from }, (_, place) => from + place),
        );
        // A changed length may hide the batches behind it until those are fetched.
        for (const [place] of parts.entries()) {
          if (touched.has(place)) continue;
          for (let offset = place * 10; offset < place * 10 + 10; offset++)
            if (offset >= from && offset <= upTo) expect(readable, `time ${time}`).toContain(offset);
        }
      }
    },
  );

  it("bytes that resemble batches in very many places take no time", async () => {
    // Every twelve bytes: the offset 33,554,432, a length of 196,608, and where the next one has its offset format 2.
    const alike = Buffer.alloc(2_000_000, Buffer.from([0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0]));
    alike.writeInt32BE(-1, at.length);
    const lost = await read([alike]);
    expect(lost.reported).toHaveLength(1);
  });

  it("noise alone does not stop the walk", async () => {
    let state = 7;
    for (let time = 0; time < 100; time++) {
      const noise = Buffer.alloc(500);
      for (let place = 0; place < noise.length; place++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        noise[place] = state >>> 24;
      }
      await read([noise]);
      await read([await batch(0), noise]);
    }
  });
});
