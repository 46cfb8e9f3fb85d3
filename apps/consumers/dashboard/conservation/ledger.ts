import type { DeviceCounts } from "../../../../contract/metrics";
import type { ConservationRow, Gap } from "../../../../contract/frames/frames";
import type { PartitionAccount, PlannedDevice } from "./account";
import { Attribution } from "./attribution";
import type { Conservation } from "./conservation";
import type { DeviceRecord } from "./device";
import { Devices } from "./devices";
import { PartitionLedger, type TopicTotals } from "./partition-ledger";
import { LivesUnderReview } from "./review";
import { TableLedger } from "./table-ledger";

/**
 * The ledger of all messages: what devices say they made, what was read of the topics, and what the tables have, kept as runs of
 * numbers that mostly follow each other. It proves the same as `npm run verify`, but while everything goes on: what is missing counts
 * once everything is read that was there when that was noticed.
 */
export class Ledger implements Conservation {
  readonly table: TableLedger;
  private readonly devices: Devices;
  private readonly attribution: Attribution;
  private readonly review = new LivesUnderReview();
  private readonly read: TopicTotals = { messages: 0, declaredLosses: 0, declaredDuplicates: 0 };
  /** By topic, by partition. */
  private readonly accounts = new Map<string, Map<number, PartitionAccount>>();

  constructor(planned: readonly PlannedDevice[]) {
    this.devices = new Devices(planned);
    this.attribution = new Attribution(planned);
    this.table = new TableLedger(this.devices, this.attribution);
  }

  partition(topic: string, partition: number): PartitionAccount {
    let accounts = this.accounts.get(topic);
    if (accounts === undefined) this.accounts.set(topic, (accounts = new Map<number, PartitionAccount>()));
    let account = accounts.get(partition);
    if (account === undefined) {
      const { devices, review, attribution, read } = this;
      const reading = devices.topic(topic).partition(partition);
      account = new PartitionLedger(reading, devices, review, attribution, read);
      accounts.set(partition, account);
    }
    return account;
  }

  topicHas(topic: string, partitions: number): void {
    this.devices.topic(topic).partitionCount = Math.max(1, partitions);
  }

  deviceCounts(names: readonly string[], counts: DeviceCounts, nowMs: number): void {
    const { boot } = counts;
    for (const [index, name] of names.entries()) {
      const device = this.devices.get(name);
      const acknowledged = counts.acknowledged[index];
      if (device === undefined || acknowledged === undefined) continue;
      const own = (device.own ??= { boot, produced: 0, acknowledged: 0, dropped: 0 });
      own.boot = boot;
      own.produced = counts.produced[index] ?? 0;
      own.acknowledged = acknowledged;
      own.dropped = counts.dropped[index] ?? 0;
      this.review.noteAnswer(device.life(boot), own, nowMs);
    }
  }

  tick(nowMs: number): void {
    this.review.look(nowMs);
  }

  totals(): ReturnType<Conservation["totals"]> {
    const { table, read } = this;
    const totals = {
      produced: 0,
      acknowledged: 0,
      dropped: 0,
      inTopic: read.messages,
      inTable: table.rows,
      deadLetters: table.deadLetters,
      missing: table.faults.missing,
      repeated: table.faults.repeated,
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

  tableHas(offsets: Parameters<Conservation["tableHas"]>[0]): boolean {
    return this.table.has(offsets);
  }

  rows(search: string, page: number, pageSize: number): ReturnType<Conservation["rows"]> {
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

  gaps(most: number): readonly Gap[] {
    const gaps: Gap[] = [];
    for (const source of [this.review.gaps(), this.table.gaps]) {
      for (const gap of source) {
        if (gaps.length === most) return gaps;
        gaps.push(gap);
      }
    }
    return gaps;
  }

  get gapCount(): number {
    return this.review.gapCount + this.table.gaps.length;
  }

  private get topicsRead(): number {
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

  private isWrong(device: DeviceRecord): boolean {
    const { missing, repeated } = this.table.faultsOf(device.name);
    return device.missing + device.lostAcknowledged + device.repeated + missing + repeated > 0;
  }

  private row(device: DeviceRecord): ConservationRow {
    const inTable = this.table.faultsOf(device.name);
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
