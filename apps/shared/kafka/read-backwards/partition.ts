import type { KafkaMessage } from "kafkajs";
import { refusalOf } from "../requests/refusal";
import type { FetchedPartition } from "../requests/fetch";
import { readContents } from "../record-batch/batch-contents";
import { offsetOf } from "../record-batch/record-view";
import { batchesOf } from "../record-batch/record-set";
import { isUnreadable, type UnreadableBatch } from "../record-batch/unreadable";
import type { PartitionOffsets } from "../admin/topic-offsets";

/** Where a partition is read. */
export interface PartitionSource {
  bounds(): Promise<readonly PartitionOffsets[]>;
  fetch(partition: number, offset: number, maxBytes: number): Promise<FetchedPartition>;
  forgetLeaders(): void;
}

/** Offsets of the first piece, and of the longest: short ones first, because what is looked for is mostly near the end. */
const pieceBounds = { first: 1_000, longest: 50_000 } as const;
const pieceGrowth = 4;
const fetchBytesBounds = { least: 65_536, most: 1_048_576 } as const;

const offsetOutOfRange = 1;

/** One partition that is read backwards: from `end` on, all is read. */
export class TailPartition {
  private readonly partition: number;
  private earliest: number;
  private end: number;
  private pieceLength: number = pieceBounds.first;
  /** The piece that is read: what is left of it. Kept after a failure, so that no message comes twice. */
  private piece: { readonly start: number; next: number } | undefined;
  /** How many bytes an offset took so far, so that little is fetched beyond a piece. */
  private bytesPerOffset: number | undefined;

  constructor(
    { partition, earliest, latest }: PartitionOffsets,
    private readonly source: PartitionSource,
    private readonly onMessage: (message: KafkaMessage) => void,
    private readonly onUnreadable?: (batch: UnreadableBatch) => void,
  ) {
    this.partition = partition;
    this.earliest = earliest;
    this.end = latest;
  }

  get isDone(): boolean {
    return this.end <= this.earliest;
  }

  /**
   * Reads the piece before the one that was read last, or goes on with it after a failure.
   *
   * @throws what kafkajs throws
   */
  async readPiece(signal: AbortSignal): Promise<void> {
    const start = Math.max(this.earliest, this.end - this.pieceLength);
    const piece = (this.piece ??= { start, next: start });
    while (piece.next < this.end && !signal.aborted) await this.readOn(piece);
    if (piece.next < this.end) return;
    this.piece = undefined;
    this.end = Math.min(this.end, piece.start);
    this.pieceLength = Math.min(this.pieceLength * pieceGrowth, pieceBounds.longest);
  }

  private async readOn(piece: { next: number }): Promise<void> {
    const fetched = await this.source.fetch(this.partition, piece.next, this.bytesFor(piece.next));
    const { errorCode, highWatermark, recordSet } = fetched;
    if (errorCode === offsetOutOfRange && (await this.findBounds(piece)) === "changed") return;
    if (errorCode !== 0) {
      this.source.forgetLeaders();
      throw refusalOf({ errorCode, errorMessage: undefined }, `partition ${this.partition}`);
    }
    const from = piece.next;
    await this.takeBatches(fetched, piece);
    if (piece.next > from) this.bytesPerOffset = recordSet.length / (piece.next - from);
    // Compacted away to the end; or else a leader that has only just become one, or a log that has lost its end.
    else if (highWatermark >= this.end) piece.next = this.end;
    else await this.findBounds(piece);
  }

  private async takeBatches(
    { recordSet, highWatermark }: FetchedPartition,
    piece: { next: number },
  ): Promise<void> {
    for (const batch of batchesOf(recordSet, { from: piece.next, highWatermark })) {
      if (piece.next >= this.end) return;
      const isControlBatch = !isUnreadable(batch) && batch.context.isControlBatch;
      if (!isControlBatch && batch.firstOffset < this.end) {
        const read = await readContents(batch, piece.next);
        if (isUnreadable(read))
          this.onUnreadable?.({ ...read, lastOffset: Math.min(read.lastOffset, this.end - 1) });
        else
          for (const message of read.messages) {
            const offset = offsetOf(message);
            if (offset >= piece.next && offset < this.end) this.onMessage(message);
          }
      }
      piece.next = batch.lastOffset + 1;
    }
  }

  /** Retention may have removed what was to be read; a log may have lost its end. */
  private async findBounds(piece: { next: number }): Promise<"changed" | "same"> {
    const { earliest, end } = this;
    const bounds = await this.source.bounds();
    const now = bounds.find(({ partition }) => partition === this.partition);
    this.earliest = Math.max(this.earliest, now?.earliest ?? this.end);
    this.end = Math.min(this.end, now?.latest ?? this.end);
    piece.next = Math.max(piece.next, this.earliest);
    return this.earliest === earliest && this.end === end ? "same" : "changed";
  }

  private bytesFor(next: number): number {
    const expected = (this.bytesPerOffset ?? Infinity) * (this.end - next) * 1.25;
    return Math.round(Math.min(Math.max(expected, fetchBytesBounds.least), fetchBytesBounds.most));
  }
}
