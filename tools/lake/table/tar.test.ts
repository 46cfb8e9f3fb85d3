import { expect, it } from "vitest";
import { readTar, type TarFile } from "./tar";

function entry(name: string, type: string, contents: string, { prefix = "", mtime = 0 } = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(contents.length.toString(8).padStart(11, "0"), 124);
  header.write(mtime.toString(8).padStart(11, "0"), 136);
  header.write(type, 156);
  header.write("ustar", 257);
  header.write(prefix, 345);
  return Buffer.concat([header, Buffer.from(contents), Buffer.alloc((512 - (contents.length % 512)) % 512)]);
}

/** A record counts its own digits. */
function record(text: string): string {
  const length = text.length + 2 + String(text.length + 4).length;
  return `${length} ${text}\n`;
}

async function* pieces(archive: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += size)
    yield await Promise.resolve(archive.subarray(at, at + size));
}

async function collected(files: AsyncIterable<TarFile>): Promise<TarFile[]> {
  const all: TarFile[] = [];
  for await (const file of files) all.push(file);
  return all;
}

const long = `${"directory/".repeat(20)}file.parquet`;
const archive = Buffer.concat([
  entry("log/", "5", ""),
  entry("log/x", "x", record("mtime=1.5")),
  entry("log/a.json", "0", "a".repeat(700)),
  entry("log/b.json", "0", "", { mtime: 7 }),
  entry("c.json", "0", "c", { prefix: "log/deep" }),
  entry("log/x", "x", record("mtime=2.25") + record(`path=${long}`)),
  entry("log/cut-off", "0", "long"),
  Buffer.alloc(1024),
]);

it.each([1, 511, 512, 100_000])("reads an archive that comes in pieces of %d bytes", async (size) => {
  const files = await collected(readTar(pieces(archive, size)));
  expect(files.map((file) => [file.name, file.contents.toString(), file.modifiedMs])).toEqual([
    ["log/a.json", "a".repeat(700), 1500],
    ["log/b.json", "", 7000],
    ["log/deep/c.json", "c", 0],
    [long, "long", 2250],
  ]);
});

it("files that are not wanted are skipped", async () => {
  const files = await collected(readTar(pieces(archive, 300), (name) => name.endsWith("b.json")));
  expect(files.map(({ name }) => name)).toEqual(["log/b.json"]);
});

it("an archive that ends too early is an error", async () => {
  const cut = archive.subarray(0, 2500);
  await expect(collected(readTar(pieces(cut, 512)))).rejects.toThrow(
    "the archive ends in the middle of log/a.json",
  );
});
