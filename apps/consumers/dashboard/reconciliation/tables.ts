import type { Gap } from "../../../../contract/frames/frames";
import type { Incarnation } from "../../../shared/lake-table/incarnations";
import { parseTableTopic } from "../../../shared/lake-table/table-topics";
import type { Attribution, Devices } from "./devices";
import type { FileContents, OffsetRange, PartitionContents, TableEvent } from "./events";
import { countOf, IntervalSet, type NumberRange } from "./interval-set";

const nothing: readonly NumberRange[] = [];

/** The offsets that the tables have of one Kafka partition, under one of their names for its topic. */
class TablePartition {
  readonly offsets = new IntervalSet();
  private repeated: IntervalSet | undefined;
  /** Rows and dead letters beyond the first of their offset. */
  repeats = 0;
  missing: readonly NumberRange[] = nothing;

  add({ runs, repeats }: Pick<PartitionContents, "runs" | "repeats">): void {
    const { offsets } = this;
    for (let at = 0; at < runs.length; at += 2) {
      const [from = 0, to = 0] = [runs[at], runs[at + 1]];
      if (from <= offsets.last) for (const range of offsets.present(from, to)) this.repeat(range);
      offsets.add(from, to);
    }
    for (let at = 0; at < repeats.length; at += 2)
      this.repeat({ from: repeats[at] ?? 0, to: repeats[at + 1] ?? 0 });
  }

  get repeatedRanges(): readonly NumberRange[] {
    return this.repeated?.present(0, Infinity) ?? nothing;
  }

  private repeat({ from, to }: NumberRange): void {
    this.repeats += to - from + 1;
    (this.repeated ??= new IntervalSet()).add(from, to);
  }
}

/** How many rows the tables lack, and how many they have too often, of a device or of all. */
export interface TableFaults {
  missing: number;
  repeated: number;
}

const noFaults: Readonly<TableFaults> = { missing: 0, repeated: 0 };

/** Compares the offsets that the tables hold with the offsets that their transactions claim. */
export class TableReconciliation {
  /** By the topic's name in the table, by partition. */
  private readonly topics = new Map<string, Map<number, TablePartition>>();
  private total: TableFaults = { ...noFaults };
  private byDevice = new Map<string, TableFaults>();
  private found: readonly Gap[] = [];
  rows = 0;
  deadLetters = 0;

  constructor(
    private readonly devices: Devices,
    private readonly attribution: Attribution,
  ) {}

  apply(event: TableEvent): void {
    switch (event.type) {
      case "tables restarted":
        this.restart();
        return;
      case "file read":
        this.addFile(event);
        return;
      case "tables read":
        this.compare(event.incarnations);
    }
  }

  /** Whether the tables have each offset of a range, under any of their names for its topic. */
  has({ topic, partition, from, to }: OffsetRange): boolean {
    return [...this.topics].some(
      ([tableTopic, partitions]) =>
        parseTableTopic(tableTopic)?.topic === topic &&
        partitions.get(partition)?.offsets.covers(from, to - 1),
    );
  }

  get faults(): Readonly<TableFaults> {
    return this.total;
  }

  /** The faults of a device that has its topic for itself. */
  faultsOf(device: string): Readonly<TableFaults> {
    return this.byDevice.get(device) ?? noFaults;
  }

  get gaps(): readonly Gap[] {
    return this.found;
  }

  private restart(): void {
    for (const device of this.devices.all) device.rows = device.deadLetters = 0;
    this.topics.clear();
    this.rows = this.deadLetters = 0;
    this.sumUp();
  }

  private addFile({ table, partitions, devices, rows }: FileContents): void {
    const field = table === "observations" ? "rows" : "deadLetters";
    this[field] += rows;
    for (const [name, count] of devices) {
      const device = this.devices.getOrAdd(name, "");
      if (device !== undefined) device[field] += count;
    }
    for (const { tableTopic, partition, ...offsets } of partitions)
      this.partition(tableTopic, partition).add(offsets);
  }

  private compare(incarnations: ReadonlyMap<string, readonly Incarnation[]>): void {
    for (const { tableTopic, partitions } of [...incarnations.values()].flat()) {
      for (const [number, { first, next }] of partitions) {
        const partition = this.partition(tableTopic, number);
        const { offsets } = partition;
        partition.missing = offsets.covers(first, next - 1) ? nothing : offsets.missing(first, next - 1);
      }
    }
    this.sumUp();
  }

  private partition(tableTopic: string, number: number): TablePartition {
    let topic = this.topics.get(tableTopic);
    if (topic === undefined) this.topics.set(tableTopic, (topic = new Map<number, TablePartition>()));
    let partition = topic.get(number);
    if (partition === undefined) topic.set(number, (partition = new TablePartition()));
    return partition;
  }

  /** Nearly all partitions lack nothing. */
  private sumUp(): void {
    const gaps: Gap[] = [];
    this.total = { ...noFaults };
    this.byDevice = new Map();
    for (const [tableTopic, partitions] of this.topics) {
      for (const [number, partition] of partitions) {
        const { missing, repeats, repeatedRanges } = partition;
        if (missing.length === 0 && repeats === 0) continue;
        const topic = parseTableTopic(tableTopic)?.topic ?? tableTopic;
        const device = this.attribution.onlyDeviceOf(topic);
        this.count({ missing: countOf(missing), repeated: repeats }, device);
        const place = { where: `${tableTopic}/${number}`, ...(device !== undefined && { device }) };
        gaps.push(
          ...missing.map((range) => gapOf("missing in table", place, range)),
          ...repeatedRanges.map((range) => gapOf("repeated in table", place, range)),
        );
      }
    }
    this.found = gaps;
  }

  private count({ missing, repeated }: TableFaults, device: string | undefined): void {
    const sums = [this.total];
    if (device !== undefined) {
      const own = this.byDevice.get(device) ?? { ...noFaults };
      this.byDevice.set(device, own);
      sums.push(own);
    }
    for (const sum of sums) {
      sum.missing += missing;
      sum.repeated += repeated;
    }
  }
}

function gapOf(kind: Gap["kind"], place: Pick<Gap, "where" | "device">, { from, to }: NumberRange): Gap {
  return { ...place, kind, unit: "offset", from, to, count: to - from + 1 };
}
