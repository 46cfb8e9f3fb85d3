import type { DeviceCounts } from "../../../../contract/metrics";
import type { ConservationRow, ConservationTotals, Gap } from "../../../../contract/frames/frames";
import type { PartitionAccount, TableAccount } from "./account";

/** The ledger of all messages: whether what devices made is in the topics, and what is in the topics is in the tables. */
export interface Conservation {
  /** The account of one partition of a topic, made when it is asked for first. */
  partition(topic: string, partition: number): PartitionAccount;
  /** How many partitions a topic has, by the cluster's metadata; 0 while that is not known. */
  topicHas(topic: string, partitions: number): void;
  readonly table: TableAccount;
  /** What a container of devices has answered at `nowMs`, by the names of its devices in their order. */
  deviceCounts(devices: readonly string[], counts: DeviceCounts, nowMs: number): void;
  /** To be called each second: looks what has become of everything that is missing. */
  tick(nowMs: number): void;
  /** All but how far the tables were read, and what is not proved. */
  totals(): Omit<
    ConservationTotals,
    "tableRead" | "tableProblem" | "unproved" | "waitingFor" | "expectsTable"
  >;
  /** Whether the tables have each offset of a topic's partition from `from` up to, but without, `to`. */
  tableHas(offsets: {
    readonly topic: string;
    readonly partition: number;
    readonly from: number;
    readonly to: number;
  }): boolean;
  /** A page of devices whose names have `search` in them, those with gaps first. */
  rows(
    search: string,
    page: number,
    pageSize: number,
  ): { readonly total: number; readonly rows: readonly ConservationRow[] };
  /** The first gaps of all. */
  gaps(most: number): readonly Gap[];
  /** All of them. */
  readonly gapCount: number;
}
