import type { ReconciliationRow, ReconciliationTotals, Gap } from "../../../../contract/frames/frames";
import { Attribution, type Device, Devices } from "./devices";
import {
  type Changes,
  changes,
  type MessageEvent,
  type OffsetRange,
  type PlannedDevice,
  type ReconciliationEvent,
} from "./events";
import { GapReview } from "./gap-review";
import { PartitionReconciliation, type TopicTotals } from "./partitions";
import { TableReconciliation } from "./tables";

/** The part of the totals that messages, rows and the devices' own counts show. */
export type ReconciledTotals = Omit<
  ReconciliationTotals,
  "tableRead" | "tableProblem" | "unproved" | "waitingFor" | "expectsTable"
>;

/** A page of devices' rows, and how many devices there are on all pages. */
export interface DeviceRows {
  readonly total: number;
  readonly rows: readonly ReconciliationRow[];
}

/**
 * Compares the messages that devices report to have made, the messages that were read from the topics, and the rows of the tables. It
 * proves the same as `npm run verify`, but while the stack runs: something is missing only once everything was read that was there when
 * the gap was noticed.
 *
 * It is a pure function of the events: it performs no I/O and reads no clock. Numbers that mostly follow each other are kept as runs,
 * so that billions of messages fit into memory.
 */
export class Reconciliation {
  private readonly devices: Devices;
  private readonly attribution: Attribution;
  private readonly review = new GapReview();
  private readonly read: TopicTotals = { messages: 0, declaredLosses: 0, declaredDuplicates: 0 };
  private readonly tables: TableReconciliation;
  /** By topic, by partition. */
  private readonly partitions = new Map<string, Map<number, PartitionReconciliation>>();
  private latestTopic = "";
  private latestPartition = -1;
  private latest: PartitionReconciliation | undefined;

  constructor(planned: readonly PlannedDevice[]) {
    this.devices = new Devices(planned);
    this.attribution = new Attribution(planned);
    this.tables = new TableReconciliation(this.devices, this.attribution);
  }

  /** Takes an event into account. @returns which results it may have changed; allocates nothing for a message that follows others */
  apply(event: ReconciliationEvent): Changes {
    // Nearly all events are messages.
    if (event.type === "message") return this.applyMessage(event);
    const { review } = this;
    switch (event.type) {
      case "progress":
        this.partition(event.topic, event.partition).apply(event);
        return changes.none;
      case "partition opened":
      case "past read":
        this.partition(event.topic, event.partition).apply(event);
        return changes.counts;
      case "removed":
      case "unreadable":
      case "partition reset":
        this.partition(event.topic, event.partition).apply(event);
        return changes.all;
      case "partition count":
        this.devices.topic(event.topic).partitionCount = Math.max(1, event.partitions);
        return changes.none;
      case "device counts":
        this.noteCounts(event);
        return review.hasUnacknowledged ? changes.all : changes.counts;
      case "tick": {
        const { version } = review;
        review.review(event.nowMs);
        return review.version === version ? changes.none : changes.all;
      }
      case "file read":
        this.tables.apply(event);
        return changes.counts;
      case "tables restarted":
      case "tables read":
        this.tables.apply(event);
        return changes.all;
    }
  }

  totals(): ReconciledTotals {
    const { tables, read } = this;
    const totals = {
      produced: 0,
      acknowledged: 0,
      dropped: 0,
      inTopic: read.messages,
      inTable: tables.rows,
      deadLetters: tables.deadLetters,
      missing: tables.faults.missing,
      repeated: tables.faults.repeated,
      declaredLosses: read.declaredLosses,
      declaredDuplicates: read.declaredDuplicates,
      topicsRead: this.topicsRead,
    };
    for (const device of this.devices.all) {
      totals.produced += device.produced;
      totals.acknowledged += device.acknowledged;
      totals.dropped += device.own?.dropped ?? 0;
      totals.missing += device.missing + device.lostAcknowledged;
      totals.repeated += device.repeated;
    }
    return totals;
  }

  /** How much was read of the messages that the topics had before the dashboard began: 0 to 1. */
  get topicsRead(): number {
    let offsets = 0;
    let read = 0;
    for (const { partitions } of this.devices.topics.values()) {
      for (const { past } of partitions.values()) {
        offsets += past.offsets;
        read += past.read;
      }
    }
    return offsets === 0 ? 1 : read / offsets;
  }

  /** Whether the tables have each offset of a range. */
  tableHas(offsets: OffsetRange): boolean {
    return this.tables.has(offsets);
  }

  /**
   * The device of a message that does not name it itself; undefined if neither topic nor key shows it.
   * @param key of the message, as text
   */
  ownerOf(topic: string, key: string | undefined): string | undefined {
    return this.attribution.deviceOf(topic, key);
  }

  /** A page of devices whose names contain `search`, those with gaps first. */
  rows(search: string, page: number, pageSize: number): DeviceRows {
    const devices = this.devices.search(search);
    const [begin, end] = [page * pageSize, (page + 1) * pageSize];
    const wrong = devices.filter((device) => this.isWrong(device));
    const shown = wrong.slice(begin, end);
    if (shown.length < pageSize) {
      const right = wrong.length === 0 ? devices : devices.filter((device) => !this.isWrong(device));
      shown.push(...right.slice(Math.max(0, begin - wrong.length), end - wrong.length));
    }
    return { total: devices.length, rows: shown.map((device) => this.row(device)) };
  }

  /** The first gaps of all. */
  gaps(max: number): readonly Gap[] {
    const gaps: Gap[] = [];
    for (const source of [this.review.gaps(), this.tables.gaps]) {
      for (const gap of source) {
        if (gaps.length === max) return gaps;
        gaps.push(gap);
      }
    }
    return gaps;
  }

  /** How many gaps there are. */
  get gapCount(): number {
    return this.review.gapCount + this.tables.gaps.length;
  }

  private applyMessage(message: MessageEvent): Changes {
    const { review } = this;
    const { version } = review;
    this.partition(message.topic, message.partition).message(message);
    return review.version === version ? changes.counts : changes.all;
  }

  /** Messages come in batches of one partition. */
  private partition(topic: string, number: number): PartitionReconciliation {
    if (this.latest === undefined || this.latestPartition !== number || this.latestTopic !== topic) {
      this.latest = this.findPartition(topic, number);
      this.latestTopic = topic;
      this.latestPartition = number;
    }
    return this.latest;
  }

  private findPartition(topic: string, number: number): PartitionReconciliation {
    let partitions = this.partitions.get(topic);
    if (partitions === undefined)
      this.partitions.set(topic, (partitions = new Map<number, PartitionReconciliation>()));
    let partition = partitions.get(number);
    if (partition === undefined) {
      const { devices, review, attribution, read: totals } = this;
      const progress = devices.topic(topic).partition(number);
      partition = new PartitionReconciliation(progress, { devices, review, attribution, totals });
      partitions.set(number, partition);
    }
    return partition;
  }

  private noteCounts({ devices, counts, nowMs }: ReconciliationEvent & { type: "device counts" }): void {
    const { boot } = counts;
    for (const [index, name] of devices.entries()) {
      const device = this.devices.get(name);
      const acknowledged = counts.acknowledged[index];
      if (device === undefined || acknowledged === undefined) continue;
      const own = (device.own ??= { boot, produced: 0, acknowledged: 0, dropped: 0 });
      own.boot = boot;
      own.produced = counts.produced[index] ?? 0;
      own.acknowledged = acknowledged;
      own.dropped = counts.dropped[index] ?? 0;
      this.review.noteReport(device.life(boot), own, nowMs);
    }
  }

  private isWrong(device: Device): boolean {
    const { missing, repeated } = this.tables.faultsOf(device.name);
    return device.missing + device.lostAcknowledged + device.repeated + missing + repeated > 0;
  }

  private row(device: Device): ReconciliationRow {
    const inTable = this.tables.faultsOf(device.name);
    return {
      device: device.name,
      topic: device.topic.name,
      produced: device.produced,
      acknowledged: device.acknowledged,
      dropped: device.own?.dropped ?? 0,
      inTopic: device.inTopic,
      inTable: device.rows,
      deadLetters: device.deadLetters,
      missing: device.missing + device.lostAcknowledged + inTable.missing,
      repeated: device.repeated + inTable.repeated,
    };
  }
}
