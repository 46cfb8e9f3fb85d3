import { isFromKafka, kafkaReason, TooOldBroker } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { until } from "../shared/waiting";
import { plannedBrokers, type TopicInitContext } from "./context";

/** Waits until all planned brokers are registered. @throws AppError that names those that are missing. */
export async function waitForBrokers(context: TopicInitContext): Promise<void> {
  const { cluster, settings, logger, waiting } = context;
  const planned = plannedBrokers(context);
  let missing: readonly number[] | undefined;
  let problem = "";
  await until(
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
        `look at the logs of those that are missing: ${missing.join(", ")}`
      );
    },
  );
}
