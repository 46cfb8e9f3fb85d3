import type { Observation } from "../../../../contract/messages/observation";
import type { DeviceCounts } from "../../../../contract/metrics";
import type { Incarnation } from "../../../shared/lake-table/incarnations";
import type { Labels } from "../../../shared/labels";

/** A device of the plan. */
export interface PlannedDevice {
  readonly name: string;
  readonly topic: string;
}

/** Offsets of a partition, from `from` up to, but without, `to`. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A reader has read a message, of the past or live. Each message is reported once, and those of one reader come in the order of their
 * offsets.
 */
export interface MessageEvent {
  readonly type: "message";
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  /** Undefined if the value is no observation. */
  readonly observation: Observation | undefined;
  /** What the headers declare (`labelsOf`); undefined if they declare nothing. */
  readonly labels: Labels | undefined;
}

/** What readers of one partition of a topic report. */
export type PartitionEvent =
  | MessageEvent
  | {
      /**
       * The live reader begins at `liveFrom`, now. The messages from `earliest` up to that are the past, which another reader reads.
       * Comes once, before any message.
       */
      readonly type: "partition opened";
      readonly topic: string;
      readonly partition: number;
      readonly earliest: number;
      readonly liveFrom: number;
      readonly nowMs: number;
    }
  | {
      /** How far the live reader is. Comes with each answer of the leader, and at least every few seconds while it answers. */
      readonly type: "progress";
      readonly topic: string;
      readonly partition: number;
      /** The next offset to read. */
      readonly next: number;
      /** The high watermark of the leader's last answer. */
      readonly latest: number;
      /** When the leader answered: what a silent leader has got since then is unknown. */
      readonly asOfMs: number;
    }
  | {
      /** The reader of the past has read all messages of it that are still there. */
      readonly type: "past read";
      readonly topic: string;
      readonly partition: number;
    }
  | ({
      /** Retention has removed these offsets before they were read. */
      readonly type: "removed";
      readonly nowMs: number;
    } & OffsetRange)
  | ({
      /** Messages are at these offsets, but nobody can read them: the observations that they held are missing. */
      readonly type: "unreadable";
    } & OffsetRange)
  | {
      /**
       * Offsets begin anew: somebody made the topic anew, or its brokers have lost its end. The live reader reads it from its
       * earliest offset on, and no reader reports its past any more.
       */
      readonly type: "partition reset";
      readonly topic: string;
      readonly partition: number;
      readonly nowMs: number;
    };

/** Rows or dead letters of one data file. */
export interface FileContents {
  readonly table: "observations" | "dead letters";
  /** Number of rows or dead letters. */
  readonly rows: number;
  readonly partitions: readonly PartitionContents[];
  /** Rows by device; of dead letters, those whose device is known. */
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

/** What the reader of the tables reports. */
export type TableEvent =
  | {
      /** The reader reads the tables from their beginning: all that it reported before is void. */
      readonly type: "tables restarted";
    }
  | ({
      /** The reader has read a data file; each file is reported once. */
      readonly type: "file read";
    } & FileContents)
  | {
      /** The reader has read all files. `incarnations`, by topic, is what the transactions of the table say that it holds. */
      readonly type: "tables read";
      readonly incarnations: ReadonlyMap<string, readonly Incarnation[]>;
    };

/** Everything that the reconciliation learns. It reads no clock: `nowMs` is the time of an event, in milliseconds since 1970. */
export type ReconciliationEvent =
  | PartitionEvent
  | TableEvent
  | {
      /** How many partitions a topic has by the cluster's metadata; 0 while that is unknown. */
      readonly type: "partition count";
      readonly topic: string;
      readonly partitions: number;
    }
  | {
      /** A container of devices has answered. `devices` are the names of its devices, in the order of its counts. */
      readonly type: "device counts";
      readonly devices: readonly string[];
      readonly counts: DeviceCounts;
      readonly nowMs: number;
    }
  | {
      /** Comes each second: time to decide what is missing for good. */
      readonly type: "tick";
      readonly nowMs: number;
    };

/** Which results of the reconciliation an event may have changed; what is false here is as it was. */
export interface Changes {
  /** Sums and the devices' rows. */
  readonly counts: boolean;
  /** The list of gaps. */
  readonly gaps: boolean;
}

/** Every result that `apply` returns is one of these, so that an event costs no allocation. */
export const changes = {
  none: { counts: false, gaps: false },
  counts: { counts: true, gaps: false },
  all: { counts: true, gaps: true },
} as const satisfies Record<string, Changes>;
