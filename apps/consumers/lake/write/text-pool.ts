import { isUtf8 } from "node:buffer";

/** A full pool is emptied, and long texts are not pooled, so that ever new texts do not fill the memory. */
const maxTexts = 10_000;
const longestText = 64;

/** The bits of a hash that select a recent text. */
const recentMask = 0xff;

interface Entry {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly next: Entry | undefined;
}

/** Returns the same string for equal bytes: messages repeat few names. */
export class TextPool {
  private entries = new Map<number, Entry>();
  private size = 0;
  /** The last requested text, by the lowest bits of its hash. */
  private readonly recent = new Array<Entry | undefined>(recentMask + 1).fill(undefined);

  /**
   * @param hash of the bytes, by {@link hashStep}.
   * @returns undefined if the bytes are not UTF-8.
   */
  get(source: Buffer, start: number, end: number, hash: number): string | undefined {
    if (end - start > longestText) return decoded(source, start, end);
    const recent = this.recent[hash & recentMask];
    if (recent?.hash === hash && equals(recent.bytes, source, start, end)) return recent.text;
    const first = this.entries.get(hash);
    for (let entry = first; entry !== undefined; entry = entry.next) {
      if (!equals(entry.bytes, source, start, end)) continue;
      this.recent[hash & recentMask] = entry;
      return entry.text;
    }
    const text = decoded(source, start, end);
    if (text === undefined) return undefined;
    if (this.size === maxTexts) {
      this.entries = new Map();
      this.size = 0;
    }
    const bytes = Uint8Array.prototype.slice.call(source, start, end);
    this.entries.set(hash, { hash, bytes, text, next: this.entries.get(hash) });
    this.size++;
    return text;
  }
}

/** The hash of no bytes. */
export const emptyHash = 0x811c9dc5 | 0;

/** The hash (FNV-1a) of some bytes and one more. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function decoded(source: Buffer, start: number, end: number): string | undefined {
  return isUtf8(source.subarray(start, end)) ? source.toString("utf8", start, end) : undefined;
}

function equals(bytes: Uint8Array, source: Buffer, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== source[start + index]) return false;
  }
  return true;
}
