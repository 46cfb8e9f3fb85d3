import { ConsumerEnvironment } from "../../../contract/environment/variables";
import { metrics as contract } from "../../../contract/metrics";
import { exportConsumerMetrics } from "../../shared/consumer/consumer-metrics";
import {
  consume,
  ConsumerHealth,
  createKafka,
  type EachBatchPayload,
  PartitionLags,
} from "../../shared/kafka";
import { runApp } from "../../shared/run-app";
import { aborted, delay } from "../../shared/shutdown";
import { print } from "../../shared/stdout";
import { counted } from "../../shared/text";
import { jsonLine, MessageLines, prettyLines } from "./lines";
import { OffsetCommitter } from "./offset-committer";

/** How many messages are printed at once. */
const chunkSize = 200;
const heartbeatEveryMs = 3000;

runApp("console", ConsumerEnvironment, async ({ settings, logger, signal, health, metrics, colours }) => {
  const topics = settings.CONSUMER_TOPICS;
  const lines = new MessageLines(
    settings.LOG_FORMAT === "json" ? jsonLine : prettyLines(colours, topics),
    logger,
  );
  metrics.counter(contract.observationsPrinted, () => lines.printed);
  metrics.counter(contract.messagesSkipped, () => lines.skipped);
  if (topics.length === 0) {
    logger.info("no topics to read: waiting to be stopped");
    health.healthy();
    await aborted(signal);
    return;
  }

  let read = 0;
  const consumerHealth = new ConsumerHealth();
  const lags = new PartitionLags();
  exportConsumerMetrics({ metrics, health }, { consumerHealth, lags, messagesRead: () => read });
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: settings.CONSUMER_NAME,
    logger,
  });
  const nobodyReads = new AbortController();
  const ending = AbortSignal.any([signal, nobodyReads.signal]);
  const committer = new OffsetCommitter();

  const eachBatch = async (payload: EachBatchPayload) => {
    const { batch } = payload;
    for (let start = 0; start < batch.messages.length; start += chunkSize) {
      if (ending.aborted || !payload.isRunning() || payload.isStale()) return;
      const chunk = batch.messages.slice(start, start + chunkSize);
      const last = chunk.at(-1);
      if (last === undefined) return;
      const text = chunk.map((message) => lines.lineOf(batch, message)).join("");
      if ((await printPatiently(text, () => payload.heartbeat())) === "closed") {
        nobodyReads.abort();
        return;
      }
      read += chunk.length;
      consumerHealth.progressed();
      consumerHealth.read(batch.topic, batch.partition, Number(last.offset) + 1);
      committer.printed(batch.topic, batch.partition, last.offset);
      await payload.heartbeat();
    }
  };

  logger.info(`reading ${counted(topics.length, "topic")} as group ${settings.CONSUMER_GROUP}`);
  await consume(kafka, {
    groupId: settings.CONSUMER_GROUP,
    topics,
    signal: ending,
    eachBatch,
    health: consumerHealth,
    lags,
    onAssigned(consumer) {
      committer.assigned(consumer);
      health.healthy();
    },
    beforeLeaving: () => committer.finish(),
  });
  committer.stop();
  logger.info(
    `${counted(lines.printed, "observation")} printed, ${counted(lines.skipped, "message")} skipped; ended`,
  );
});

/** Prints text however slowly it is read, and keeps the membership in the group meanwhile. */
async function printPatiently(text: string, heartbeat: () => Promise<void>): Promise<"printed" | "closed"> {
  const printing = print(text);
  for (;;) {
    const how = await Promise.race([printing, delay(heartbeatEveryMs)]);
    if (how === "printed" || how === "closed") return how;
    await heartbeat();
  }
}
