import type { KafkaMessage } from "kafkajs";
import type { KafkaClient } from "../transport/client";
import { headerOf, offsetOf } from "../record-batch/record-view";
import {
  readPartitionsBackwards,
  type ReadingOptions,
  type ReadBackwardsEnd,
} from "./reading";
import { BackwardSource } from "./source";

/** A message of a topic that is read backwards. */
export class BackwardRecord {
  constructor(
    readonly partition: number,
    private readonly message: KafkaMessage,
  ) {}

  get offset(): number {
    return offsetOf(this.message);
  }

  /** Kafka's timestamp, in milliseconds since 1970. */
  get timeMs(): number {
    return Number(this.message.timestamp);
  }

  get key(): Buffer | null {
    return this.message.key;
  }

  get value(): Buffer | null {
    return this.message.value;
  }

  /** The bytes of the header; undefined where the message has none of this name. */
  header(name: string): Buffer | undefined {
    return headerOf(this.message, name);
  }
}

export interface ReadBackwardsOptions extends Omit<ReadingOptions, "onMessage"> {
  /** Called for each message: within a piece of a partition in the order of offsets; a later piece is older. */
  readonly onRecord: (record: BackwardRecord) => void;
}

/**
 * Reads a topic's partitions from their ends backwards, piece by piece, until `enough()` or until all is read. The ends are those at
 * the start; each message that is there all the while comes once. Brokers that are away, leaders that change and a topic that does
 * not exist yet are waited for, as long as `signal` allows. Messages of aborted transactions come too.
 *
 * @returns why it ended
 * @throws TooOldBroker where the brokers are older than Kafka 2.8; what `onRecord` throws
 */
export async function readBackwards(
  kafka: KafkaClient,
  topic: string,
  options: ReadBackwardsOptions,
): Promise<ReadBackwardsEnd> {
  const source = new BackwardSource(kafka, topic);
  try {
    return await readPartitionsBackwards(source, {
      ...options,
      onMessage: (partition, message) => options.onRecord(new BackwardRecord(partition, message)),
    });
  } finally {
    await source.close();
  }
}
