/** A file in a tar archive. */
export interface TarFile {
  readonly name: string;
  readonly contents: Buffer;
}

const blockSize = 512;
const regularFile = ["0", "\0", ""];

/** The regular files of an uncompressed tar archive, such as `docker cp` writes; names of up to 100 bytes are enough here. */
export function* readTar(archive: Buffer): Generator<TarFile> {
  let at = 0;
  while (at + blockSize <= archive.length) {
    const header = archive.subarray(at, at + blockSize);
    const name = text(header, 0, 100);
    if (name === "") return;
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const begin = at + blockSize;
    if (regularFile.includes(text(header, 156, 1)))
      yield { name, contents: archive.subarray(begin, begin + size) };
    at = begin + Math.ceil(size / blockSize) * blockSize;
  }
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end).trim();
}
