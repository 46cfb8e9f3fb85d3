import { crc32c } from "./crc32c";
import {
  compressionMask,
  headerPlaces as at,
  magicOfBatches,
  readBatch,
  type RecordBatch,
} from "./stored-batch";
import type { UnreadableBatch } from "./unreadable";

/** What is known of the offsets of an answer. */
export interface OffsetBounds {
  /** The first offset that is to be read: an answer begins with the batch that has it. */
  readonly from: number;
  /** The first offset that consumers cannot read yet; -1 if it is not known. */
  readonly highWatermark: number;
}

/** The shortest header, that of Kafka before 0.11, and today's: what a batch's length counts of them at least. */
const minLengths = { older: 14, batch: at.records - at.lengthEnd } as const;
/** Of bytes that no batch can be made out in, so many are kept. */
const maxGarbageBytes = 4096;
/** Of bytes that look like batches again and again, so many are checked. */
const maxCheckedBytes = 67_108_864;
/** A leader says how far a partition goes before it reads from it, so that what it sends may go further. */
const maxBeyondHighWatermark = 2 ** 31;

/** One entry of a record set, as its length says. */
interface Frame {
  readonly start: number;
  readonly end: number;
  readonly firstOffset: number;
  readonly magic: number;
}

/**
 * Finds the batches of what a broker sent, from an offset on, and what is none of them. The last one may be cut off: then it is left
 * out, as it will be asked for again. It goes on behind each batch that cannot be read: whatever the bytes are, nothing is thrown, no
 * offset comes twice, and none is passed over that a broken batch may have had.
 *
 * Of a batch whose checksum is wrong no number can be trusted. It reaches up to the batch behind it, where that one is in the answer,
 * or else as far as its header says twice, by its last offset and by its count; or else it is told of one offset at a time.
 */
export function* batchesOf(
  recordSet: Buffer,
  bounds: OffsetBounds,
): Generator<RecordBatch | UnreadableBatch, void> {
  const walk = new Walk(recordSet, bounds);
  for (let found = walk.step(); found !== "end"; found = walk.step()) if (found !== "nothing") yield found;
}

/** Goes through a record set, entry by entry. */
class Walk {
  private position = 0;
  /** The first offset that nothing has been told of. */
  private next: number;
  /** Where offsets end that the partition can have. */
  private readonly end: number;
  /** The entry before may have had offsets beyond those that were told. */
  private isOpen = false;
  /** The next entry that can be read, which is looked for only where something cannot be read. */
  private ahead: Frame | "none" | undefined;

  constructor(
    private readonly recordSet: Buffer,
    { from, highWatermark }: OffsetBounds,
  ) {
    this.next = from;
    this.end = highWatermark < 0 ? Infinity : highWatermark + maxBeyondHighWatermark;
  }

  step(): RecordBatch | UnreadableBatch | "nothing" | "end" {
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

  /** Bytes that are not even an entry: it goes on where a batch can be made out. */
  private garbage(): UnreadableBatch | "nothing" | "end" {
    const { recordSet, position, next } = this;
    const found = this.findBatch(position + 1, recordSet.length);
    // What came before it has been told: the next answer begins with it.
    if (found === undefined && position > 0) return "end";
    const lastOffset = found === undefined ? next : found.firstOffset - 1;
    const bytes = this.bytes(position, found?.start ?? position + maxGarbageBytes);
    const problem = `${recordSet.readInt32BE(position + at.length)} bytes are no length of a batch`;
    this.position = found?.start ?? recordSet.length;
    this.isOpen = false;
    return this.told({ firstOffset: next, lastOffset, problem, bytes, context: undefined });
  }

  private unreadable(frame: Frame, problem: string): UnreadableBatch | "nothing" {
    const { next } = this;
    // Its length may be what is wrong, so that it has swallowed others.
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
    return this.told({ firstOffset: first, lastOffset: last, problem, bytes, context: undefined });
  }

  private told(batch: UnreadableBatch): UnreadableBatch | "nothing" {
    if (batch.lastOffset < this.next) return "nothing";
    this.next = batch.lastOffset + 1;
    return batch;
  }

  private bytes(from: number, to: number): Buffer {
    return this.recordSet.subarray(from, to);
  }

  /** The first entry from here on that can be read for certain, and has something to read. */
  private lookAhead(): Frame | "none" {
    const { ahead, position, recordSet } = this;
    if (ahead === "none" || (ahead !== undefined && ahead.start >= position)) return ahead;
    let frame = frameAt(recordSet, position);
    while (typeof frame === "object" && !this.isReadable(frame)) frame = frameAt(recordSet, frame.end);
    return (this.ahead = typeof frame === "object" ? frame : "none");
  }

  /** Looks for a batch that begins anywhere from a place up to, but without, another. */
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

/** The entry that begins at a place; none where there is not all of it. */
function frameAt(recordSet: Buffer, start: number): Frame | "none" | "garbage" {
  if (recordSet.length - start <= at.magic) return "none";
  const length = recordSet.readInt32BE(start + at.length);
  const magic = recordSet.readInt8(start + at.magic);
  if (length < (magic === magicOfBatches ? minLengths.batch : minLengths.older)) return "garbage";
  const end = start + at.lengthEnd + length;
  if (end > recordSet.length) return "none";
  return { start, end, firstOffset: Number(recordSet.readBigInt64BE(start)), magic };
}

/** What is wrong with a batch before its records are looked at. */
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

/** Which offsets an entry says that it has. */
interface Claim {
  /** Undefined if it cannot be so. */
  readonly first: number | undefined;
  /** Before the first offset that is to be read if nothing believable is said. */
  readonly last: number;
  /** Whether the batch behind it may leave a gap. */
  readonly isCertain: boolean;
}

function claimOf(bytes: Buffer, { firstOffset, magic }: Frame, next: number, end: number): Claim {
  const isPossible = firstOffset >= 0 && firstOffset < end;
  const none: Claim = { first: isPossible ? firstOffset : undefined, last: -1, isCertain: false };
  if (!isPossible) return none;
  // A batch of today's whose magic byte alone was changed has its checksum still.
  if ((magic === 0 || magic === 1) && !hasChecksum(bytes)) {
    // Its number is that of the last message in it.
    const isCompressed = ((bytes[at.checksum] ?? 0) & compressionMask) !== 0;
    return { first: isCompressed ? next : firstOffset, last: firstOffset, isCertain: true };
  }
  if (bytes.length < at.records) return none;
  const delta = bytes.readInt32BE(at.lastOffsetDelta);
  const isTwice = delta >= 0 && delta === bytes.readInt32BE(at.count) - 1;
  if (!isTwice || firstOffset + delta >= end) return none;
  return { ...none, last: firstOffset + delta };
}
