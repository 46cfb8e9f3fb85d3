import { maxBatchBytes } from "../../../contract/environment/device";
import {
  faultHeader,
  type FaultLabel,
  heldHeader,
  type HeldLabel,
  lostHeader,
} from "../../../contract/messages/fault-labels";
import type { ObservationEncoder } from "./encoding";
import type { ObservationRing } from "./observation-ring";
import { partitionOfKey, RecordBatch, type RecordHeader } from "../../shared/kafka";
import { faultBits, faultNames } from "../simulate/faults/sensor-faults";
import type { Fleet } from "../simulate/fleet";
import { type HeldBack, labelOf, type Mark } from "../simulate/observation";
import { DevicesOfMessages } from "../report/counts";

/** An observation in a batch, kept to be printed once it is acknowledged. */
export interface BatchRow {
  readonly sensor: number;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly label: string | undefined;
  /** Bits of the declared faults that affect it (`faultBits`). */
  readonly kinds: number;
}

/** The batch of one partition, and the devices and rows of its messages. */
class PartitionBatch {
  readonly records = new RecordBatch(maxBatchBytes);
  readonly devices = new DevicesOfMessages();
  /** Empty unless rows are kept. */
  rows: BatchRow[] = [];

  clear(): void {
    this.records.reset();
    this.devices.clear();
    this.rows = [];
  }
}

/** The bytes of all batches of one send. More would only take more memory. */
const maxBytesAtOnce = 2 * 1_048_576;

/**
 * Writes the observations of the ring into the batches of one send, one batch a partition. It encodes an observation when it takes it
 * from the ring, which knows neither partitions nor bytes.
 */
export class BatchWriter {
  private readonly batches = new Map<number, PartitionBatch>();
  private recordCount = 0;
  private byteCount = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly encoder: ObservationEncoder,
    /** Whether {@link rowsOf} is needed, to print each observation. */
    private readonly keepsRows: boolean,
  ) {}

  /** How many observations the batches hold. */
  get count(): number {
    return this.recordCount;
  }

  /** The batches that are not empty, by partition. */
  get filled(): Map<number, RecordBatch> {
    const batches = [...this.batches].map(([partition, { records }]): [number, RecordBatch] => [
      partition,
      records,
    ]);
    return new Map(batches.filter(([, { count }]) => count > 0));
  }

  /** The observations in a partition's batch, in the order of their offsets; empty unless rows are kept. */
  rowsOf(partition: number): readonly BatchRow[] {
    return this.batches.get(partition)?.rows ?? [];
  }

  /** The devices of the messages in a partition's batch. */
  devicesOf(partition: number): DevicesOfMessages {
    return this.batches.get(partition)?.devices ?? new DevicesOfMessages();
  }

  /**
   * Takes observations from the ring until it is empty, `max` are taken, or a batch is full.
   * @param nowMs the timestamp of the records, in milliseconds since 1970
   * @returns how many it took
   * @throws Error if a single message is longer than a batch may be
   */
  fill(ring: ObservationRing, partitions: PartitionsOfSensors, max: number, nowMs: number): number {
    let taken = 0;
    while (taken < max && ring.size > 0 && this.byteCount < maxBytesAtOnce) {
      if (!this.add(ring, partitions, nowMs)) break;
      ring.removeFirst();
      taken++;
    }
    return taken;
  }

  clear(): void {
    for (const batch of this.batches.values()) batch.clear();
    this.recordCount = 0;
    this.byteCount = 0;
  }

  private add(ring: ObservationRing, partitions: PartitionsOfSensors, nowMs: number): boolean {
    const { fleet, encoder } = this;
    const { sensor, mark } = ring;
    const device = fleet.deviceOf(sensor);
    const length = encoder.encode(device, fleet.sensorOf(sensor), ring, labelOf(mark));
    const batch = this.batchOf(partitions.of(sensor));
    const { records } = batch;
    const before = records.bytes;
    const isUnusual = typeof mark === "object";
    const added = records.append(
      nowMs,
      fleet.keys[sensor] ?? noKey,
      encoder.bytes,
      isUnusual ? sentLength(mark, length) : length,
      isUnusual ? this.headersOf(ring, mark) : undefined,
    );
    if (!added) {
      if (records.count > 0) return false;
      throw new Error(`a message of ${length} bytes is longer than a batch may be (${maxBatchBytes} bytes)`);
    }
    this.recordCount++;
    this.byteCount += records.bytes - before;
    batch.devices.push(device);
    if (this.keepsRows) this.keepRow(batch, ring);
    return true;
  }

  private batchOf(partition: number): PartitionBatch {
    let batch = this.batches.get(partition);
    if (batch === undefined) {
      batch = new PartitionBatch();
      this.batches.set(partition, batch);
    }
    return batch;
  }

  private keepRow(
    { rows }: PartitionBatch,
    { sensor, seq, timestampMs, value, mark }: ObservationRing,
  ): void {
    const kinds = typeof mark === "object" ? mark.kinds : 0;
    rows.push({ sensor, seq, timestampMs, value, label: labelOf(mark), kinds });
  }

  private headersOf({ sensor, seq }: ObservationRing, mark: Mark): RecordHeader[] {
    const { fleet } = this;
    const headers: RecordHeader[] = [];
    if (mark.kinds !== 0) {
      const label: FaultLabel = {
        kinds: faultNames(mark.kinds),
        device: fleet.devices[fleet.deviceOf(sensor)]?.name ?? "",
        sensor: fleet.sensors[fleet.sensorOf(sensor)]?.name ?? "",
        boot: fleet.boot,
        seq,
        observedAt: new Date(mark.observedAtMs).toISOString(),
      };
      headers.push({ key: faultHeader, value: JSON.stringify(label) });
    }
    if (mark.lost !== undefined) headers.push({ key: lostHeader, value: JSON.stringify(mark.lost) });
    if (mark.held !== undefined)
      headers.push({ key: heldHeader, value: JSON.stringify(heldLabel(mark.held)) });
    return headers;
  }
}

const noKey = new Uint8Array();

function heldLabel({ count, untilMs }: HeldBack): HeldLabel {
  return { count, until: new Date(untilMs).toISOString() };
}

/** How many bytes of a message are sent: a corrupt one is cut off somewhere before its closing brace, so it is no JSON. */
function sentLength({ kinds, observedAtMs }: Mark, length: number): number {
  if ((kinds & faultBits.corrupt) === 0) return length;
  // The fractions of multiples of the golden ratio are spread evenly (Weyl), so every length occurs.
  const place = ((observedAtMs / 10) * 0.618033988749895) % 1;
  return 1 + Math.floor(place * (length - 1));
}

/** The partition of each sensor's messages, by the number of partitions that the topic has now. */
export class PartitionsOfSensors {
  private count = 0;
  private readonly partitions: Int32Array;

  constructor(private readonly keys: readonly Uint8Array[]) {
    this.partitions = new Int32Array(keys.length);
  }

  /** Sets how many partitions the topic has. */
  update(count: number): void {
    if (count === this.count) return;
    this.count = count;
    this.partitions.fill(-1);
  }

  of(sensor: number): number {
    let partition = this.partitions[sensor] ?? 0;
    if (partition < 0) {
      partition = partitionOfKey(this.keys[sensor] ?? noKey, this.count);
      this.partitions[sensor] = partition;
    }
    return partition;
  }
}
