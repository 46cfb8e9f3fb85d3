import { isFromKafka, kafkaReason, TooOldBroker } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { waitUntilDone } from "../shared/waiting";
import { plannedBrokers, retryUntilDone, type TopicInitContext } from "./context";

/** The highest id that a broker of any plan has: see `TOPIC_INIT_BROKERS`. */
const maxBrokerId = 9;

/** Waits until all planned brokers are registered. @throws AppError that names the missing brokers */
export async function waitForBrokers(context: TopicInitContext): Promise<void> {
  const { cluster, settings, logger, waiting } = context;
  const planned = plannedBrokers(context);
  let missing: readonly number[] | undefined;
  let problem = "";
  await waitUntilDone(
    waiting,
    async () => {
      try {
        await cluster.connect();
        const { brokers } = await cluster.describe();
        const absent = planned.filter((id) => brokers.every(({ nodeId }) => nodeId !== id));
        if (absent.length !== missing?.length)
          logger.info(`${planned.length - absent.length} of ${planned.length} brokers registered`);
        missing = absent;
        return absent.length === 0
          ? { kind: "done", result: undefined }
          : { kind: "waiting", progress: String(absent.length) };
      } catch (error) {
        if (error instanceof TooOldBroker) throw new AppError(error.message);
        if (!isFromKafka(error)) throw error;
        problem = kafkaReason(error);
        await cluster.disconnect();
        return { kind: "waiting" };
      }
    },
    () => {
      const after = showDuration(waiting.timeoutMs);
      if (missing === undefined) {
        const servers = settings.KAFKA_BOOTSTRAP_SERVERS.join(", ");
        return (
          `brokers: none answers at ${servers} after ${after} (${problem}); ` +
          `check that the brokers run and that the addresses are right`
        );
      }
      const registered = planned.length - missing.length;
      return (
        `brokers: ${registered} of ${planned.length} registered after ${after}; ` +
        `look at the logs of the missing brokers: ${missing.join(", ")}`
      );
    },
  );
}

/**
 * Unregisters the brokers of a KRaft cluster that are gone and not planned. Otherwise they stay registered for ever, and Kafka places
 * replicas of topics that users create on them where there are too few other brokers: such a topic is never in sync. No request of
 * Kafka 3 shows brokers that are registered but gone, so this unregisters every id that no planned broker has. It leaves out brokers that
 * are alive: they would go on with heartbeats that are refused. To be called only when no replica lies on these brokers any more.
 */
export async function forgetGoneBrokers(context: TopicInitContext): Promise<void> {
  const { cluster, settings, logger } = context;
  const { brokers } = await retryUntilDone(context, "the brokers could not be read", () =>
    cluster.describe(),
  );
  const alive = new Set(brokers.map(({ nodeId }) => nodeId));
  for (let id = settings.TOPIC_INIT_BROKERS + 1; id <= maxBrokerId; id++) {
    if (alive.has(id)) continue;
    try {
      if (await cluster.unregisterBroker(id)) logger.info(`broker ${id}: gone, and no longer registered`);
    } catch (error) {
      if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
      logger.warn(`brokers that are gone may stay registered until the next run (${kafkaReason(error)})`);
      return;
    }
  }
}
