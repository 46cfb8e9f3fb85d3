/** A pool that is full starts anew, and long texts stay out of it, so that texts without end do not fill the memory. */
const mostTexts = 10_000;
const longestText = 64;

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly next: Entry | undefined;
}

/** Gives equal UTF-8 bytes one and the same text; the same few names come again and again. */
export class TextPool {
  private entries = new Map<number, Entry>();
  private size = 0;

  /** @param hash of the bytes, by {@link hashStep}. */
  get(source: Buffer, start: number, end: number, hash: number): string {
    if (end - start > longestText) return source.toString("utf8", start, end);
    const first = this.entries.get(hash);
    for (let entry = first; entry !== undefined; entry = entry.next) {
      if (equals(entry.bytes, source, start, end)) return entry.text;
    }
    if (this.size === mostTexts) {
      this.entries = new Map();
      this.size = 0;
    }
    const text = source.toString("utf8", start, end);
    const next = this.entries.get(hash);
    this.entries.set(hash, { bytes: Uint8Array.prototype.slice.call(source, start, end), text, next });
    this.size++;
    return text;
  }
}

/** What the hash of no bytes is. */
export const emptyHash = 0x811c9dc5 | 0;

/** The hash (FNV-1a) of some bytes and one more. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function equals(bytes: Uint8Array, source: Buffer, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== source[start + index]) return false;
  }
  return true;
}
