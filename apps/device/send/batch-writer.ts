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
import { DevicesOfMessages } from "../report/counts-by-device";
import { faultBits, faultNames } from "../simulate/faults/sensor-faults";
import type { Fleet } from "../simulate/fleet";
import { type HeldBack, labelOf, type Mark } from "../simulate/observation";

/** An observation on its way, for whoever prints it once it has arrived. */
export interface OutgoingRow {
  readonly sensor: number;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly label: string | undefined;
  /** Bits of the declared faults that struck it (`faultBits`). */
  readonly kinds: number;
}

/** A batch, and what is known of its messages. */
class OutgoingBatch {
  readonly records = new RecordBatch(maxBatchBytes);
  readonly devices = new DevicesOfMessages();
  /** Empty unless rows are kept. */
  rows: OutgoingRow[] = [];

  clear(): void {
    this.records.reset();
    this.devices.clear();
    this.rows = [];
  }
}

/** The bytes of all batches that are sent at once; more would only be more memory. */
const maxBytesAtOnce = 2 * 1_048_576;

/**
 * The batches of one send, one a partition. Observations are encoded when they are taken from the ring, which knows neither
 * partitions nor bytes.
 */
export class Outgoing {
  private readonly batches = new Map<number, OutgoingBatch>();
  private recordCount = 0;
  private byteCount = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly encoder: ObservationEncoder,
    private readonly keepsRows: boolean,
  ) {}

  /** How many observations it has. */
  get count(): number {
    return this.recordCount;
  }

  /** The batches that have anything in them, by partition. */
  get filled(): Map<number, RecordBatch> {
    const batches = [...this.batches].map(([partition, { records }]): [number, RecordBatch] => [
      partition,
      records,
    ]);
    return new Map(batches.filter(([, { count }]) => count > 0));
  }

  /** What is in a partition's batch, if that is kept. */
  rowsOf(partition: number): readonly OutgoingRow[] {
    return this.batches.get(partition)?.rows ?? [];
  }

  /** Whose messages are in a partition's batch. */
  devicesOf(partition: number): DevicesOfMessages {
    return this.batches.get(partition)?.devices ?? new DevicesOfMessages();
  }

  /** Takes observations from the ring until there are no more, there are `most`, or a batch is full; tells how many it took. */
  fill(ring: ObservationRing, partitions: PartitionsOfSensors, most: number, nowMs: number): number {
    let taken = 0;
    while (taken < most && ring.size > 0 && this.byteCount < maxBytesAtOnce) {
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
      isUnusual ? shownLength(mark, length) : length,
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

  private batchOf(partition: number): OutgoingBatch {
    let batch = this.batches.get(partition);
    if (batch === undefined) {
      batch = new OutgoingBatch();
      this.batches.set(partition, batch);
    }
    return batch;
  }

  private keepRow({ rows }: OutgoingBatch, { sensor, seq, timestampMs, value, mark }: ObservationRing): void {
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

/** How much is sent of a message: a corrupt one ends somewhere before its closing brace, which leaves no JSON. */
function shownLength({ kinds, observedAtMs }: Mark, length: number): number {
  if ((kinds & faultBits.corrupt) === 0) return length;
  // Multiples of the golden ratio fall evenly between whole numbers (Weyl), so that every length comes up.
  const place = ((observedAtMs / 10) * 0.618033988749895) % 1;
  return 1 + Math.floor(place * (length - 1));
}

/** Which partition each sensor publishes to, for the number of partitions that the topic has now. */
export class PartitionsOfSensors {
  private count = 0;
  private readonly partitions: Int32Array;

  constructor(private readonly keys: readonly Uint8Array[]) {
    this.partitions = new Int32Array(keys.length);
  }

  /** The topic has so many partitions. */
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
