import { delay } from "../../shutdown";
import type { KafkaClient } from "../transport/client";
import { kafkaReason } from "../transport/errors";

/** What a partition holds: offsets from `earliest` up to, but without, `latest`. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly earliest: number;
  readonly latest: number;
}

const retryMs = 1000;

/** What the partitions of existing topics hold, asked until all leaders answer; nothing when `signal` aborts first. */
export async function topicOffsets(
  kafka: KafkaClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly PartitionOffsets[]> | undefined> {
  while (!signal.aborted) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const found = new Map<string, readonly PartitionOffsets[]>();
      for (const topic of topics) {
        const partitions = await admin.fetchTopicOffsets(topic);
        found.set(
          topic,
          partitions.map(({ partition, low, high }) => ({
            partition,
            earliest: Number(low),
            latest: Number(high),
          })),
        );
      }
      return found;
    } catch (error) {
      kafka.logger.debug(`the offsets of the topics could not be had: ${kafkaReason(error)}`);
      await delay(retryMs, signal);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
  return undefined;
}
