import { exportConsumerMetrics } from "../../shared/consumer-status";
import { ConsumerEnvironment } from "../../../contract/environment/variables";
import { metrics as contract } from "../../../contract/metrics";
import { parseObservation } from "../../../contract/messages/observation";
import {
  consume,
  type Consumer,
  ConsumerHealth,
  createKafka,
  type EachBatchPayload,
  PartitionLags,
  reasonOf,
  UnreadableRecord,
} from "../../shared/kafka";
import { runApp } from "../../shared/run-app";
import { aborted, delay, within } from "../../shared/shutdown";
import { print } from "../../shared/stdout";
import { counted } from "../../shared/text";
import { jsonLine, prettyLines } from "./lines";
import { Positions } from "./positions";

/** Messages that are printed in one go. */
const chunkSize = 200;
const commitEveryMs = 1000;
const heartbeatEveryMs = 3000;
const lastCommitWithinMs = 2000;
/** Devices may be told to send very many messages that are no observations: what can be read must still be seen. */
const warnEveryMs = 1000;

runApp("console", ConsumerEnvironment, async ({ settings, logger, signal, health, metrics, colours }) => {
  const topics = settings.CONSUMER_TOPICS;
  let read = 0;
  let printed = 0;
  let skipped = 0;
  metrics.counter(contract.observationsPrinted, () => printed);
  metrics.counter(contract.messagesSkipped, () => skipped);
  if (topics.length === 0) {
    logger.info("no topics to read: waiting to be ended");
    health.healthy();
    await aborted(signal);
    return;
  }

  const consumerHealth = new ConsumerHealth();
  const lags = new PartitionLags();
  exportConsumerMetrics({ metrics, health }, { consumerHealth, lags, messagesRead: () => read });
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: settings.CONSUMER_NAME,
    logger,
  });
  const line = settings.LOG_FORMAT === "json" ? jsonLine : prettyLines(colours, topics);
  const nobodyReads = new AbortController();
  const ending = AbortSignal.any([signal, nobodyReads.signal]);
  const positions = new Positions();
  let group: Consumer | undefined;
  // By the clock and not by batches: what was printed last would count as lag for as long as nothing else comes.
  const committing = setInterval(() => {
    // A group that changes takes no offsets; what has not been committed then is told with the next messages.
    if (group !== undefined && !positions.isEmpty) group.commitOffsets(positions.take()).catch(() => {});
  }, commitEveryMs);
  let warnedMs = -Infinity;

  const lineOf = (
    batch: EachBatchPayload["batch"],
    message: EachBatchPayload["batch"]["messages"][number],
  ) => {
    const { topic, partition } = batch;
    if (message instanceof UnreadableRecord) {
      skipped += 1;
      if (!message.isFirst) return "";
      const { firstOffset, lastOffset } = message.batch;
      const messages = counted(lastOffset - firstOffset + 1, "message");
      logger.warn(`${messages} skipped: ${reasonOf(message.batch)}`, { topic, partition });
      return "";
    }
    const parsed = parseObservation(message.value, Number(message.timestamp));
    if (parsed.kind === "malformed") {
      skipped += 1;
      if (performance.now() - warnedMs < warnEveryMs) return "";
      warnedMs = performance.now();
      const fields = { topic, partition, offset: message.offset, skipped };
      logger.warn(`a message is no observation (${parsed.reason}): skipped`, fields);
      return "";
    }
    const { observation } = parsed;
    printed += 1;
    const latencyMs = Date.now() - Date.parse(observation.timestamp);
    return line({ observation, topic, partition, offset: message.offset, latencyMs });
  };

  const eachBatch = async (payload: EachBatchPayload) => {
    const { batch } = payload;
    for (let start = 0; start < batch.messages.length; start += chunkSize) {
      if (ending.aborted || !payload.isRunning() || payload.isStale()) return;
      const chunk = batch.messages.slice(start, start + chunkSize);
      const last = chunk.at(-1);
      if (last === undefined) return;
      const text = chunk.map((message) => lineOf(batch, message)).join("");
      if ((await printPatiently(text, () => payload.heartbeat())) === "closed") {
        nobodyReads.abort();
        return;
      }
      read += chunk.length;
      consumerHealth.progressed();
      consumerHealth.read(batch.topic, batch.partition, Number(last.offset) + 1);
      positions.printed(batch.topic, batch.partition, last.offset);
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
      group = consumer;
      // Partitions may be somebody else's now, and what was read but not committed is read again.
      positions.take();
      health.healthy();
    },
    async beforeLeaving(consumer) {
      group = undefined;
      if (positions.isEmpty) return;
      await within(lastCommitWithinMs, consumer.commitOffsets(positions.take()));
    },
  });
  clearInterval(committing);
  logger.info(`${counted(printed, "observation")} printed, ${counted(skipped, "message")} skipped; ended`);
});

/** Prints however slowly it is read, and stays in the group meanwhile. */
async function printPatiently(text: string, heartbeat: () => Promise<void>): Promise<"printed" | "closed"> {
  const printing = print(text);
  for (;;) {
    const how = await Promise.race([printing, delay(heartbeatEveryMs)]);
    if (how === "printed" || how === "closed") return how;
    await heartbeat();
  }
}
