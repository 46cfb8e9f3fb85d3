import type { FollowedPosition, FollowOptions, PartitionToFollow } from "./options";

/** The callbacks that a partition needs. */
export type PlacesToRead = Pick<FollowOptions, "begin" | "end">;

/** How a partition came to be followed: with its topic, later than it, or in place of another of its name. */
export type Origin = "known" | "new" | "anew";

/** One partition of one topic; another topic of the same name has others. */
export class FollowedPartition {
  /** Its place among all, by its topic's id. */
  readonly key: string;
  /** The broker that leads it, as far as is known; -1 while nobody is to be asked. */
  leader = -1;
  /** A broker said that the next offset is not there. */
  isOutOfRange = false;
  /** Messages of it are being handed out. */
  isBusy = false;
  /** It is not there any more: another is, or nobody wants it. */
  isRetired = false;
  /** When the leader last said what it holds, or that it holds the same as before; milliseconds since 1970. */
  asOfMs = 0;
  private held: { earliest: number; latest: number } | undefined;
  private nextOffset = 0;
  private endOffset = Infinity;

  constructor(
    readonly topic: string,
    readonly topicId: string,
    readonly partition: number,
    private readonly origin: Origin,
  ) {
    this.key = `${topicId}/${partition}`;
  }

  get hasBegun(): boolean {
    return this.held !== undefined;
  }

  /** Whether the caller has said where to begin, with this one or with the one before it. */
  get isKnownToCaller(): boolean {
    return this.hasBegun || this.origin === "anew";
  }

  /** The first offset that was not handed out yet. */
  get next(): number {
    return this.nextOffset;
  }

  /** The first offset that is not to be read. */
  get end(): number {
    return this.endOffset;
  }

  /** Nothing of it is to be read, now or later. */
  get isDone(): boolean {
    return this.isRetired || (this.hasBegun && this.nextOffset >= this.endOffset);
  }

  get position(): FollowedPosition | undefined {
    if (this.held === undefined) return undefined;
    return { partition: this.partition, ...this.held, next: this.nextOffset, asOfMs: this.asOfMs };
  }

  /** Takes what the partition holds, the first time of all as the moment to begin. */
  begin(bounds: { readonly earliest: number; readonly latest: number }, places: PlacesToRead): void {
    this.learn(bounds);
    if (this.origin === "anew") {
      this.nextOffset = bounds.earliest;
      return;
    }
    const { topic, partition, origin } = this;
    const where: PartitionToFollow = { topic, partition, ...bounds, isNew: origin === "new" };
    this.nextOffset = places.begin(where);
    this.endOffset = places.end?.(where) ?? Infinity;
  }

  /** Takes what a leader said along with messages. */
  learn({ earliest, latest }: { readonly earliest: number; readonly latest: number }): void {
    this.held = { earliest, latest };
    this.asOfMs = Date.now();
  }

  /** All before this offset has been handed out or cannot be. */
  moveTo(offset: number): void {
    this.nextOffset = offset;
  }
}
