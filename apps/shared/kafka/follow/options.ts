import type { KafkaMessage } from "kafkajs";
import type { PartitionOffsets } from "../admin/topic-offsets";

/** A partition where reading is to begin or to end, with what it holds now. */
export interface PartitionToFollow extends PartitionOffsets {
  readonly topic: string;
  /**
   * Whether it came into being while its topic was followed: the topic did not exist when it was first looked for, or had fewer
   * partitions. All that it holds has come since then.
   */
  readonly isNew: boolean;
}

/** Messages of one partition, in the order of offsets. */
export interface FollowedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that this batch accounts for: where the one before ended, or what was skipped or reset to. */
  readonly from: number;
  /** The first offset after it. Offsets from {@link from} on that are in no message hold none: compacted away, or control records. */
  readonly next: number;
  /**
   * May be empty where nothing but such offsets was read. Messages are valid for as long as they are kept, but each keeps all bytes of
   * its batch in memory: take out what is needed.
   */
  readonly messages: readonly KafkaMessage[];
  /** The first offset that consumers cannot read yet. */
  readonly highWatermark: number;
  /** The first offset that the partition still has. */
  readonly logStart: number;
}

/** Where a followed partition is: what it holds, and how far it has been read. */
export interface FollowedPosition extends PartitionOffsets {
  /** The first offset that was not handed to `onBatch` yet. */
  readonly next: number;
  /** When its leader told so last, in milliseconds since 1970; what it holds since then nobody knows. */
  readonly asOfMs: number;
}

export interface FollowOptions {
  /** Those that do not exist are read once they do. */
  readonly topics: readonly string[];
  /** Where to begin: called once for each partition. @returns the first offset to read */
  readonly begin: (partition: PartitionToFollow) => number;
  /**
   * Where to end, for reading a past: called once for each partition after {@link begin}. Partitions that come later are not read, nor
   * topics that do not exist. @returns the first offset not to read
   */
  readonly end?: (partition: PartitionToFollow) => number;
  /**
   * Takes messages, one batch at a time. What it returns is awaited before more is handed out, so that it is not overrun. What it throws
   * ends the following.
   */
  readonly onBatch: (batch: FollowedBatch) => void | Promise<void>;
  /**
   * Called for offsets from `from` up to, but without, `to` whose batch cannot be read, and why: it is corrupt, or of an unknown format.
   * Messages are there, but nobody can have them.
   */
  readonly onUnreadable?: (
    topic: string,
    partition: number,
    from: number,
    to: number,
    problem: string,
  ) => void;
  /** Called for offsets from `from` up to, but without, `to` that are gone, and why: retention has removed them, for one. */
  readonly onSkipped?: (topic: string, partition: number, from: number, to: number, reason: string) => void;
  /**
   * Called where a partition is another than before: its topic was made anew under the same name, or its leader has lost what was read.
   * It is read from its earliest offset (with {@link end}: not at all, since the past that was to be read is gone).
   */
  readonly onReset?: (topic: string, partition: number) => void;
  /** The share of time, over 0 up to 1, that decoding and `onBatch` may take, for reading a long past beside other work. Default 1. */
  readonly busyShare?: number;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

/** Topics that are followed. */
export interface Follower {
  /**
   * Resolves when the signal aborted or, with `end`, all was read; connections are closed by then.
   * Rejects with what `onBatch` or another of the options threw, or TooOldBroker where brokers are older than Kafka 3.1.
   */
  readonly done: Promise<"aborted" | "ended">;
  /** Where a partition is by the last answer of its leader; undefined until there was one. Asks nobody. */
  position(topic: string, partition: number): FollowedPosition | undefined;
  /** Likewise all known partitions of a topic, by number. */
  positions(topic: string): readonly FollowedPosition[];
}
