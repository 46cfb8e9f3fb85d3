import type { Labels } from "../../../shared/labels";
import type { Observation } from "../../../../contract/messages/observation";
import type { Incarnation } from "../../../shared/lake-table/incarnations";

/** A device of the plan. */
export interface PlannedDevice {
  readonly name: string;
  readonly topic: string;
}

/** A message of a topic, as the ledger looks at it. */
export interface ReadMessage {
  readonly offset: number;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  /** Undefined if its value is no observation. */
  readonly observation: Observation | undefined;
  /** What its headers declare (`labelsOf`); undefined if they declare nothing. */
  readonly labels: Labels | undefined;
}

/** How far the live reader of a partition is. */
export interface ReadingProgress {
  /** The next offset that it reads. */
  readonly next: number;
  /** The high watermark, as the leader told it last. */
  readonly latest: number;
  /** When the leader told it: of one that does not answer any more nobody knows what it has. */
  readonly asOfMs: number;
}

/** What one partition of a topic holds, as its readers tell it. */
export interface PartitionAccount {
  /**
   * The live reader begins at `liveFrom`, now. What is there from `earliest` up to that is the past, which is read beside it. To be
   * called once, before any message.
   */
  begin(bounds: { readonly earliest: number; readonly liveFrom: number; readonly nowMs: number }): void;
  /** A message was read, of the past or live: each once, those of each reader in the order of offsets. */
  message(message: ReadMessage): void;
  /** To be called for each answer of the leader, and at least every few seconds while it answers. */
  progress(progress: ReadingProgress): void;
  /** All of the past was read that is still there. */
  pastDone(): void;
  /** Retention has removed the offsets from `from` up to, but without, `to` before they were read. */
  skipped(from: number, to: number, nowMs: number): void;
  /** The messages from `from` up to, but without, `to` are there, and nobody can read them: what they say is missing. */
  unreadable(from: number, to: number): void;
  /**
   * Offsets begin anew: the topic was made anew, or its brokers have lost its end. The live reader reads it from its earliest offset
   * on, and nothing more is told of its past.
   */
  reset(nowMs: number): void;
}

/** Rows or dead letters that one data file brings. */
export interface FileContents {
  readonly table: "observations" | "dead letters";
  /** Rows or dead letters. */
  readonly rows: number;
  readonly partitions: readonly PartitionContents[];
  /** The same by device; of dead letters those that can be told to be of one. */
  readonly devices: ReadonlyMap<string, number>;
}

/** What a data file has of one Kafka partition. */
export interface PartitionContents {
  /** As the table calls the topic. */
  readonly tableTopic: string;
  readonly partition: number;
  /** Offsets in runs, first and last one of each, ascending and apart: `[0, 9, 12, 12]`. */
  readonly runs: readonly number[];
  /** Rows beyond the first of their offset, in runs alike; usually none. */
  readonly repeats: readonly number[];
}

/** What the tables hold, as their reader tells it. */
export interface TableAccount {
  /** Whose a message is that does not say so itself; undefined where neither topic nor key, as text, tells. */
  ownerOf(topic: string, key: string | undefined): string | undefined;
  /** The tables are read from their beginning: all that was told before holds no more. */
  restart(): void;
  /** A file was read: each once. */
  file(contents: FileContents): void;
  /** Everything was read that the tables have, of which the transactions say this, by topic. */
  complete(incarnations: ReadonlyMap<string, readonly Incarnation[]>): void;
}
