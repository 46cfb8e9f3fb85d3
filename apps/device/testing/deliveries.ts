import type { RecordBatch } from "../../shared/kafka";
import { createLogger } from "../../shared/logger";
import { CountsByDevice } from "../report/counts";
import { Delivery, type Publisher } from "../send/delivery";
import { ObservationEncoder } from "../send/encoding";
import type { Fleet } from "../simulate/fleet";
import { FleetSink } from "../send/fleet-sink";
import { Lateness } from "../report/lateness";
import { ObservationRing } from "../send/observation-ring";
import { BatchWriter, PartitionsOfSensors } from "../send/batch-writer";
import { RateLimit } from "../send/rate-limit";
import { Tally } from "../report/counts";
import { recordsOf } from "./sent-records";
import { fleetOf } from "./streams";
import type { KeptWhenFull } from "../../../contract/environment/device";

export interface DeliveryDescription {
  readonly fleet?: Fleet;
  readonly limit?: number;
  readonly keeps?: KeptWhenFull;
  readonly perSecond?: number;
  readonly partitionCount?: number;
  readonly elapsed?: () => number;
}

/** All parts of a device between its sensors and the brokers, with a publisher whose sends a test answers. */
export function deliveryOf({
  fleet = fleetOf(),
  limit = 100,
  keeps = "newest",
  ...rest
}: DeliveryDescription = {}) {
  const lines: string[] = [];
  const logger = createLogger({ app: "device", format: "json", write: (line) => lines.push(line) });
  const publisher = new HeldPublisher(rest.partitionCount);
  const ring = new ObservationRing(limit, keeps);
  const tally = new Tally(fleet);
  const counts = new CountsByDevice(fleet);
  const { boot } = fleet;
  const encoder = new ObservationEncoder(fleet.devices, fleet.sensors, { boot, tags: {}, messageBytes: 0 });
  const acknowledged: string[] = [];
  let rooms = 0;
  const delivery = new Delivery({
    ring,
    counts,
    partitions: new PartitionsOfSensors(fleet.keys),
    writers: [new BatchWriter(fleet, encoder, true), new BatchWriter(fleet, encoder, true)],
    rate: new RateLimit(rest.perSecond ?? 0, () => performance.now()),
    logger,
    onAcknowledged: ({ rows, partition, baseOffset }) =>
      rows.forEach(({ seq }, index) =>
        acknowledged.push(`${seq}: ${partition}@${String((baseOffset ?? 0n) + BigInt(index))}`),
      ),
    ...(rest.elapsed && { elapsed: rest.elapsed }),
  });
  const lost: number[] = [];
  const sink = new FleetSink(ring, tally, counts, {
    onObserved: () => delivery.observed(),
    onDropped: () => delivery.dropped(),
    onLost: (_sensor, seq) => lost.push(seq),
  });
  return {
    delivery,
    /** Runs the delivery, and counts how often it makes room in the ring. */
    run: (giveUp: AbortSignal) => delivery.run(publisher, giveUp, () => rooms++),
    publisher,
    ring,
    tally,
    counts,
    sink,
    acknowledged,
    lost,
    /** Makes the first sensor observe these sequence numbers. */
    observe: (...seqs: number[]) => {
      for (const seq of seqs) sink.push(0, seq, boot + seq * 1_000, 0.5, undefined);
    },
    rooms: () => rooms,
    messages: () => lines.map((line) => (JSON.parse(line) as { message: string }).message),
    report: () => tally.report("device-1", delivery, ring.dropped, new Lateness()),
  };
}

/** Resolves once everything has happened that can happen without a timer. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A send that waits for its answer. */
export interface HeldSend {
  /** The sequence numbers of its observations, by partition. */
  readonly seqs: ReadonlyMap<number, readonly number[]>;
  /** Acknowledges the batch of one partition. */
  readonly acknowledge: (partition: number) => void;
  /** Acknowledges all other batches, and ends the send. */
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

/** A publisher whose sends the test answers one by one. */
export class HeldPublisher implements Publisher {
  readonly sends: HeldSend[] = [];
  private readonly offsets = new Map<number, number>();

  constructor(public partitionCount = 1) {}

  get last(): HeldSend {
    const send = this.sends.at(-1);
    if (send === undefined) throw new Error("nothing was sent");
    return send;
  }

  send(
    batches: ReadonlyMap<number, RecordBatch>,
    onAcknowledged: (partition: number, batch: RecordBatch, baseOffset: bigint | undefined) => void,
    giveUp: AbortSignal,
  ): Promise<"acknowledged" | "aborted"> {
    const seqOf = (value: string) => (JSON.parse(value) as { seq: number }).seq;
    const seqs = new Map(
      [...batches].map(([partition, batch]) => [
        partition,
        recordsOf(batch).map(({ value }) => seqOf(value)),
      ]),
    );
    const open = new Map(batches);
    const acknowledge = (partition: number) => {
      const batch = open.get(partition);
      if (batch === undefined) return;
      open.delete(partition);
      const offset = this.offsets.get(partition) ?? 0;
      this.offsets.set(partition, offset + batch.count);
      onAcknowledged(partition, batch, BigInt(offset));
    };
    return new Promise((resolve, reject) => {
      giveUp.addEventListener("abort", () => resolve("aborted"));
      const finish = () => {
        for (const partition of batches.keys()) acknowledge(partition);
        resolve("acknowledged");
      };
      this.sends.push({ seqs, acknowledge, finish, fail: reject });
    });
  }
}
