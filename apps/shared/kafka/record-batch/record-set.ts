import { crc32c } from "./crc32c";
import { compressionMask, headerAt as at, magicOfBatches, readBatch, type StoredBatch } from "./batch-header";
import type { UnreadableBatch } from "./unreadable";

/** The known bounds of the offsets in an answer. */
export interface OffsetBounds {
  /** The first offset that is to be read. An answer begins with the batch that holds it. */
  readonly from: number;
  /** The first offset that consumers cannot read yet; -1 if unknown. */
  readonly highWatermark: number;
}

/** The smallest lengths that a header gives: of the format before Kafka 0.11, and of today's. */
const minLengths = { older: 14, batch: at.records - at.lengthEnd } as const;
/** The most bytes that are kept where no batch can be found. */
const maxGarbageBytes = 4096;
/** The most bytes that are checked where bytes resemble batches again and again. */
const maxCheckedBytes = 67_108_864;
/** A leader notes the end of a partition before it reads from it, so that its answer may go further. */
const maxBeyondHighWatermark = 2 ** 31;

/** One entry of a record set, by its length. */
interface Frame {
  readonly start: number;
  readonly end: number;
  readonly firstOffset: number;
  readonly magic: number;
}

/**
 * Finds the batches in the answer of a broker, from an offset on, and the entries that are not batches. The last one may be cut off: it is
 * left out, and will be fetched again. The search continues behind each batch that cannot be read: whatever the bytes are, nothing is
 * thrown, no offset comes twice, and no offset is skipped that a broken batch may have had.
 *
 * No number of a batch with a wrong checksum can be trusted. It ends before the batch behind it, if that one is in the answer; otherwise
 * where its header says twice, by its last offset and by its count; otherwise it is reported one offset at a time.
 */
export function* batchesOf(
  recordSet: Buffer,
  bounds: OffsetBounds,
): Generator<StoredBatch | UnreadableBatch, void> {
  const walk = new Walk(recordSet, bounds);
  for (let found = walk.step(); found !== "end"; found = walk.step()) if (found !== "nothing") yield found;
}

/** Walks through a record set, entry by entry. */
class Walk {
  private position = 0;
  /** The first offset that has not been reported. */
  private next: number;
  /** The end of the offsets that the partition can have. */
  private readonly end: number;
  /** The entry before may have had offsets beyond those that were reported. */
  private isOpen = false;
  /** The next entry that can be read. It is searched for only if something cannot be read. */
  private ahead: Frame | "none" | undefined;

  constructor(
    private readonly recordSet: Buffer,
    { from, highWatermark }: OffsetBounds,
  ) {
    this.next = from;
    this.end = highWatermark < 0 ? Infinity : highWatermark + maxBeyondHighWatermark;
  }

  step(): StoredBatch | UnreadableBatch | "nothing" | "end" {
    const frame = frameAt(this.recordSet, this.position);
    if (frame === "none") return "end";
    if (frame === "garbage") return this.garbage();
    const bytes = this.bytes(frame.start, frame.end);
    const problem = problemOf(bytes, frame, this.end);
    if (problem !== undefined) return this.unreadable(frame, problem);
    this.position = frame.end;
    this.isOpen = false;
    const batch = readBatch(bytes);
    if (batch.lastOffset < this.next) return "nothing";
    this.next = batch.lastOffset + 1;
    return batch;
  }

  /** Bytes that are not even an entry: the walk continues at the next batch that can be found. */
  private garbage(): UnreadableBatch | "nothing" | "end" {
    const { recordSet, position, next } = this;
    const found = this.findBatch(position + 1, recordSet.length);
    // Everything before has been reported: the next answer begins here.
    if (found === undefined && position > 0) return "end";
    const lastOffset = found === undefined ? next : found.firstOffset - 1;
    const bytes = this.bytes(position, found?.start ?? position + maxGarbageBytes);
    const problem = `${recordSet.readInt32BE(position + at.length)} bytes are no length of a batch`;
    this.position = found?.start ?? recordSet.length;
    this.isOpen = false;
    return this.report({ firstOffset: next, lastOffset, problem, bytes, context: undefined });
  }

  private unreadable(frame: Frame, problem: string): UnreadableBatch | "nothing" {
    const { next } = this;
    // Its length may be wrong, so that other batches seem to be a part of it.
    this.position = this.findBatch(frame.start + 1, frame.end)?.start ?? frame.end;
    const bytes = this.bytes(frame.start, this.position);
    const claim = claimOf(bytes, frame, next, this.end);
    const ahead = this.lookAhead();
    const limit = ahead === "none" ? Infinity : ahead.firstOffset;
    // All of it has been read before.
    if (limit <= next || (claim.last >= 0 && claim.last < next)) return "nothing";
    const first = this.isOpen || claim.first === undefined ? next : Math.max(next, claim.first);
    const isUpToNext = ahead !== "none" && ahead.start === this.position && first < limit && !claim.isCertain;
    const last = isUpToNext ? limit - 1 : Math.max(first, Math.min(claim.last, limit - 1));
    this.isOpen = !isUpToNext && claim.last < first;
    return this.report({ firstOffset: first, lastOffset: last, problem, bytes, context: undefined });
  }

  private report(batch: UnreadableBatch): UnreadableBatch | "nothing" {
    if (batch.lastOffset < this.next) return "nothing";
    this.next = batch.lastOffset + 1;
    return batch;
  }

  private bytes(from: number, to: number): Buffer {
    return this.recordSet.subarray(from, to);
  }

  /** The first entry from here on that certainly can be read, and has offsets to read. */
  private lookAhead(): Frame | "none" {
    const { ahead, position, recordSet } = this;
    if (ahead === "none" || (ahead !== undefined && ahead.start >= position)) return ahead;
    let frame = frameAt(recordSet, position);
    while (typeof frame === "object" && !this.isReadable(frame)) frame = frameAt(recordSet, frame.end);
    return (this.ahead = typeof frame === "object" ? frame : "none");
  }

  /** Searches for a batch that begins at a byte from `from` up to, but without, `to`. */
  private findBatch(from: number, to: number): Frame | undefined {
    const { recordSet } = this;
    let checkedBytes = 0;
    for (let start = from; start < to && start + at.records <= recordSet.length; start++) {
      if (recordSet[start + at.magic] !== magicOfBatches) continue;
      const frame = frameAt(recordSet, start);
      if (typeof frame !== "object") continue;
      if (this.isReadable(frame)) return frame;
      checkedBytes += frame.end - frame.start;
      if (checkedBytes > maxCheckedBytes) return undefined;
    }
    return undefined;
  }

  private isReadable(frame: Frame): boolean {
    if (frame.firstOffset >= this.end) return false;
    const bytes = this.bytes(frame.start, frame.end);
    return problemOf(bytes, frame, this.end) === undefined && readBatch(bytes).lastOffset >= this.next;
  }
}

/** The entry that begins at a byte; none if it is not complete. */
function frameAt(recordSet: Buffer, start: number): Frame | "none" | "garbage" {
  if (recordSet.length - start <= at.magic) return "none";
  const length = recordSet.readInt32BE(start + at.length);
  const magic = recordSet.readInt8(start + at.magic);
  if (length < (magic === magicOfBatches ? minLengths.batch : minLengths.older)) return "garbage";
  const end = start + at.lengthEnd + length;
  if (end > recordSet.length) return "none";
  return { start, end, firstOffset: Number(recordSet.readBigInt64BE(start)), magic };
}

/** What is wrong with a batch, apart from its records. */
function problemOf(bytes: Buffer, { firstOffset, magic }: Frame, end: number): string | undefined {
  if (magic !== magicOfBatches) {
    const age = magic === 0 || magic === 1 ? ", which is older than Kafka 0.11" : "";
    return `it is in format ${magic}${age}; only format ${magicOfBatches} is known`;
  }
  const [said, computed] = [bytes.readUInt32BE(at.checksum), crc32c(bytes, at.attributes)];
  if (said !== computed) return `its checksum is ${hex(said)}, but that of its bytes is ${hex(computed)}`;
  if (firstOffset < 0 || firstOffset >= end)
    return `it begins with offset ${firstOffset}, far from those that the partition has`;
  if (bytes.readInt32BE(at.lastOffsetDelta) < 0 && bytes.readInt32BE(at.count) !== 0)
    return "its last offset is before its first";
  return undefined;
}

function hasChecksum(bytes: Buffer): boolean {
  return bytes.length >= at.records && bytes.readUInt32BE(at.checksum) === crc32c(bytes, at.attributes);
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}

/** The offsets that an entry claims to have. */
interface Claim {
  /** Undefined if the claim is impossible. */
  readonly first: number | undefined;
  /** Lower than the first offset to read, if nothing believable is claimed. */
  readonly last: number;
  /** Whether there may be a gap before the next batch. */
  readonly isCertain: boolean;
}

function claimOf(bytes: Buffer, { firstOffset, magic }: Frame, next: number, end: number): Claim {
  const isPossible = firstOffset >= 0 && firstOffset < end;
  const none: Claim = { first: isPossible ? firstOffset : undefined, last: -1, isCertain: false };
  if (!isPossible) return none;
  // A batch of today's format whose magic byte alone was changed still has the right checksum.
  if ((magic === 0 || magic === 1) && !hasChecksum(bytes)) {
    // A compressed entry has the offset of the last message in it.
    const isCompressed = ((bytes[at.checksum] ?? 0) & compressionMask) !== 0;
    return { first: isCompressed ? next : firstOffset, last: firstOffset, isCertain: true };
  }
  if (bytes.length < at.records) return none;
  const delta = bytes.readInt32BE(at.lastOffsetDelta);
  const isTwice = delta >= 0 && delta === bytes.readInt32BE(at.count) - 1;
  if (!isTwice || firstOffset + delta >= end) return none;
  return { ...none, last: firstOffset + delta };
}
