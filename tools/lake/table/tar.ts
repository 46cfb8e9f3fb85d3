/** A file in a tar archive. */
export interface TarFile {
  readonly name: string;
  readonly contents: Buffer;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

const blockSize = 512;
const regularFile = ["0", "\0", ""];

/**
 * Reads the regular files of an uncompressed tar archive, such as `docker cp` writes, from a stream. Only wanted files are held in memory,
 * one at a time.
 */
export async function* readTar(
  archive: AsyncIterable<Buffer>,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<TarFile> {
  const input = new Input(archive);
  let extended: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await input.take(blockSize);
    if (header === undefined || header[0] === 0) return;
    const type = text(header, 156, 1);
    const size = Number(extended.get("size") ?? (Number.parseInt(text(header, 124, 12), 8) || 0));
    const padding = (blockSize - (size % blockSize)) % blockSize;
    if (type === "x") {
      extended = paxRecords((await input.take(size)) ?? Buffer.alloc(0));
      await input.skip(padding);
      continue;
    }
    const name = extended.get("path") ?? headerName(header);
    const modified = Number(extended.get("mtime") ?? (Number.parseInt(text(header, 136, 12), 8) || 0));
    extended = new Map();
    if (regularFile.includes(type) && wanted(name)) {
      const contents = await input.take(size);
      if (contents === undefined) throw new Error(`the archive ends in the middle of ${name}`);
      yield { name, contents, modifiedMs: Math.round(modified * 1000) };
      await input.skip(padding);
    } else {
      await input.skip(size + padding);
    }
  }
}

/** A name of more than 100 bytes is cut at a slash: its start is in a field of its own (POSIX ustar). */
function headerName(header: Buffer): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  const name = text(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Values that do not fit into a header, such as names without a slash to cut at: records of `length key=value\n` (POSIX pax). */
function paxRecords(contents: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < contents.length;) {
    const length = Number.parseInt(contents.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    const record = contents.toString("utf8", contents.indexOf(" ", at) + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end).trim();
}

/** A stream of bytes that is read in pieces of any length. */
class Input {
  private readonly iterator: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The next bytes, or undefined if there are fewer. */
  async take(count: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = await this.next(missing);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  async skip(count: number): Promise<void> {
    for (let missing = count; missing > 0;) {
      const piece = await this.next(missing);
      if (piece === undefined) return;
      missing -= piece.length;
    }
  }

  private async next(maxBytes: number): Promise<Buffer | undefined> {
    while (this.rest.length === 0) {
      const next = await this.iterator.next();
      if (next.done === true) return undefined;
      this.rest = next.value;
    }
    const piece = this.rest.subarray(0, maxBytes);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }
}
