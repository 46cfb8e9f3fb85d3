import type { RecordBatch } from "../../shared/kafka";
import type { Publisher } from "../send/delivery";
import { recordsOf } from "./sent-records";

/** A send that is on its way. */
export interface HeldSend {
  /** The numbers of its observations, by partition. */
  readonly seqs: ReadonlyMap<number, readonly number[]>;
  /** One partition has its batch. */
  readonly acknowledge: (partition: number) => void;
  /** All the others have theirs too, and the send is over. */
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

/** A publisher whose sends are answered one by one by the test. */
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
