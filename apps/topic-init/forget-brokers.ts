import { isFromKafka, kafkaReason, TooOldBroker } from "../shared/kafka";
import { retryUntilDone, type TopicInitContext } from "./context";

/** The highest id that a broker of any plan has: see `TOPIC_INIT_BROKERS`. */
const highestBrokerId = 9;

/**
 * Lets a KRaft cluster forget brokers that are not planned and gone. They stay registered for ever otherwise, and replicas of topics
 * that users create are placed on them where there are too few others: such a topic is never in sync. No request of Kafka 3 shows who is
 * registered but gone, so all ids are asked for that no planned broker has and none that
 * is alive: one that runs would go on with heartbeats that are refused. Nothing may lie on these brokers any more.
 */
export async function forgetGoneBrokers(context: TopicInitContext): Promise<void> {
  const { cluster, settings, logger } = context;
  const { brokers } = await retryUntilDone(context, "the brokers could not be read", () =>
    cluster.describe(),
  );
  const alive = new Set(brokers.map(({ nodeId }) => nodeId));
  for (let id = settings.TOPIC_INIT_BROKERS + 1; id <= highestBrokerId; id++) {
    if (alive.has(id)) continue;
    try {
      if (await cluster.unregisterBroker(id)) logger.info(`broker ${id}: gone, and not registered any more`);
    } catch (error) {
      if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
      logger.warn(`brokers that are gone may stay registered for now (${kafkaReason(error)})`);
      return;
    }
  }
}
