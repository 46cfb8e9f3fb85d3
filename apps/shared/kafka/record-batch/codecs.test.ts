import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress } from "./codecs";
import { compressLz4 } from "./lz4";
import { compressSnappy } from "./snappy";

const text = Buffer.from(
  Array.from({ length: 4000 }, (_, seq) =>
    JSON.stringify({ device: "pump", seq, value: Math.sin(seq) }),
  ).join(),
);

/** The output of snappy-java's stream: its header, and blocks behind their lengths. */
function framedSnappy(bytes: Buffer, blockBytes = 32_768): Buffer {
  const parts: Buffer[] = [Buffer.from("82534e4150505900" + "00000001" + "00000001", "hex")];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = compressSnappy(bytes.subarray(at, at + blockBytes));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** A frame of LZ4 made by hand. @param flag version 1 is 0x40 */
function lz4Frame(flag: number, blocks: readonly Buffer[], { isPlain = false } = {}): Buffer {
  const checksum = Buffer.alloc(4, 0xcc);
  return Buffer.concat([
    Buffer.from("04224d18", "hex"),
    Buffer.from([flag, 0x40]),
    ...(flag & 0x08 ? [Buffer.alloc(8, 1)] : []),
    Buffer.from([0xcc]),
    ...blocks.flatMap((block) => [
      uint32(isPlain ? block.length + 0x8000_0000 : block.length),
      block,
      ...(flag & 0x10 ? [checksum] : []),
    ]),
    uint32(0),
    ...(flag & 0x04 ? [checksum] : []),
  ]);
}

// Literals "abcdefgh"; the block behind them has a match of 12 bytes from 8 bytes before, and "!".
const literals = Buffer.concat([Buffer.from([0x80]), Buffer.from("abcdefgh")]);
const repeat = Buffer.from([0x08, 8, 0, 0x10, 0x21]);

const forms: readonly (readonly [
  name: string,
  compression: Parameters<typeof decompress>[0],
  bytes: () => Buffer | Promise<Buffer>,
])[] = [
  ["gzip", "gzip", () => gzipSync(text)],
  [
    "gzip of several members",
    "gzip",
    () => Buffer.concat([gzipSync(text.subarray(0, 999)), gzipSync(text.subarray(999))]),
  ],
  ["snappy", "snappy", () => compressSnappy(text)],
  ["snappy in Java's frame", "snappy", () => framedSnappy(text)],
  [
    "snappy in two frames of Java's",
    "snappy",
    () => Buffer.concat([framedSnappy(text.subarray(0, 70_000)), framedSnappy(text.subarray(70_000))]),
  ],
  ["LZ4", "lz4", () => compressLz4(text)],
  [
    "LZ4 in several frames",
    "lz4",
    async () =>
      Buffer.concat([
        await compressLz4(text.subarray(0, 999)),
        Buffer.from("5a2a4d1803000000aabbcc", "hex"),
        await compressLz4(text.subarray(999)),
      ]),
  ],
  ["zstd", "zstd", () => zstdCompressSync(text)],
  [
    "zstd in several frames",
    "zstd",
    () =>
      Buffer.concat([
        zstdCompressSync(text.subarray(0, 999)),
        Buffer.from("502a4d1803000000aabbcc", "hex"),
        zstdCompressSync(text.subarray(999)),
      ]),
  ],
];

it.each(forms)("the codec reads %s", async (_name, compression, bytes) => {
  expect((await decompress(compression, await bytes())).equals(text)).toBe(true);
});

it.each([
  ["with independent blocks", 0x60],
  ["with blocks that refer to earlier ones", 0x40],
  ["with the length of its content", 0x48],
  ["with checksums of blocks and content", 0x54],
])("the codec reads frames of LZ4 %s", async (_name, flag) => {
  const blocks =
    flag === 0x60 ? [Buffer.concat([literals.subarray(0, 1), literals.subarray(1)])] : [literals, repeat];
  const expected = flag === 0x60 ? "abcdefgh" : "abcdefghabcdefghabcd!";
  expect((await decompress("lz4", lz4Frame(flag, blocks))).toString()).toBe(expected);
  const plain = lz4Frame(flag, [Buffer.from("as "), Buffer.from("it is")], { isPlain: true });
  expect((await decompress("lz4", plain)).toString()).toBe("as it is");
});

it.each([
  ["a block refers to what comes before it", [repeat]],
  ["a block refers to itself", [Buffer.from([0x10, 0x61, 0, 0])]],
  ["a length has no end", [Buffer.from([0xf0, 255, 255])]],
  ["a block has fewer literals than it says", [Buffer.from([0x50, 0x61])]],
  ["a distance is cut off", [Buffer.from([0x10, 0x61, 1])]],
])("the codec rejects LZ4 if %s", async (_what, blocks) => {
  await expect(decompress("lz4", lz4Frame(0x40, blocks))).rejects.toThrow(/a block (refers|is cut off)/);
  // A block cannot refer to another frame.
  const second = Buffer.concat([lz4Frame(0x40, [literals]), lz4Frame(0x40, blocks)]);
  await expect(decompress("lz4", second)).rejects.toThrow(/a block (refers|is cut off)/);
});

it.each([1, 2, 100, 300, 65_535, 65_536, 65_537, 300_000])(
  "the codecs restore %i bytes, whatever they are",
  async (length) => {
    for (const bytes of [
      randomBytes(length),
      Buffer.alloc(length, 7),
      Buffer.concat(Array<Buffer>(3).fill(text)).subarray(0, length),
    ]) {
      expect((await decompress("snappy", compressSnappy(bytes))).equals(bytes)).toBe(true);
      expect((await decompress("lz4", await compressLz4(bytes))).equals(bytes)).toBe(true);
    }
  },
);

describe("bytes that would fill the memory after decompression", () => {
  const zeros = Buffer.alloc(30_000_000);
  const limit = 1_000_000;
  it.each<[string, Parameters<typeof decompress>[0], () => Buffer | Promise<Buffer>]>([
    ["gzip", "gzip", () => gzipSync(zeros)],
    ["snappy", "snappy", () => compressSnappy(zeros)],
    ["snappy in Java's frame", "snappy", () => framedSnappy(zeros)],
    ["a length alone of snappy", "snappy", () => Buffer.from("ffffffff0f00", "hex")],
    ["LZ4", "lz4", () => compressLz4(zeros)],
    [
      "LZ4 in very many frames",
      "lz4",
      async () => Buffer.concat(Array<Buffer>(200).fill(await compressLz4(zeros.subarray(0, 10_000)))),
    ],
    ["zstd", "zstd", () => zstdCompressSync(zeros)],
    [
      "zstd in very many frames",
      "zstd",
      () => Buffer.concat(Array<Buffer>(200).fill(zstdCompressSync(zeros.subarray(0, 10_000)))),
    ],
  ])("are rejected: %s", async (_name, compression, bytes) => {
    const compressed = await bytes();
    await expect(decompress(compression, compressed, limit)).rejects.toThrow(
      "it has more than 1000000 bytes without its compression",
    );
  });

  it("are more than 64 MiB by default", async () => {
    await expect(decompress("zstd", zstdCompressSync(Buffer.alloc(67_108_865)))).rejects.toThrow("67108864");
    await expect(decompress("zstd", zstdCompressSync(Buffer.alloc(67_108_864)))).resolves.toHaveLength(
      67_108_864,
    );
  });
});

it.each(forms)(
  "the codec rejects %s that is cut off; changed bytes either fail or become some bytes",
  async (_name, compression, bytes) => {
    const whole = await bytes();
    for (const length of [0, 1, 3, 5, 7, 15, 17, 40, whole.length - 5, whole.length - 1])
      await expect(decompress(compression, whole.subarray(0, length))).rejects.toThrow(Error);
    for (let time = 0; time < 200; time++) {
      const changed = Buffer.from(whole);
      changed[(time * 7919) % whole.length] = time % 256;
      await decompress(compression, changed, 1_000_000).catch((error: unknown) => {
        if (!(error instanceof Error)) throw error;
      });
    }
    expect((await decompress(compression, whole)).equals(text)).toBe(true);
  },
);

it.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "the codec rejects garbage as %s thousands of times, and still works",
  async (compression) => {
    const times = 3000;
    let refused = 0;
    for (let time = 0; time < times; time++)
      await decompress(compression, Buffer.alloc(40, time % 251)).catch(() => refused++);
    expect(refused).toBe(times);
    const [, , bytes] = forms.find(([, of]) => of === compression)!;
    expect((await decompress(compression, await bytes())).equals(text)).toBe(true);
  },
);
