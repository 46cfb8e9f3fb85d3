import { LakeEnvironment } from "../../shared/contract/lake";
import { consume, createKafka, existingTopics } from "../../shared/kafka";
import { type AppContext, runApp } from "../../shared/run-app";
import { aborted } from "../../shared/shutdown";
import { counted } from "../../shared/text";
import { Committer } from "./committer";
import { openLocalStorage } from "./delta/local-storage";
import { DeltaTable } from "./delta/table";
import { Ingestion } from "./ingestion";
import { observationSchema } from "./schema";
import type { StartingPoint } from "./starting-points";
import { Tally } from "./tally";
import { abandonedTopics } from "./topics";

runApp("lake", LakeEnvironment, main);

async function main({ settings, logger, signal, health }: AppContext<LakeEnvironment>): Promise<void> {
  const storage = await openLocalStorage(settings.LAKE_TABLE_PATH);
  const table = await DeltaTable.open(storage, {
    name: "observations",
    schema: observationSchema,
    engine: "kafka-iot-sim",
  });
  const { version, transactions } = table.state;
  logger.info(
    `table ${storage.location}: version ${version}, fed from ${counted(transactions.size, "partition")}`,
  );

  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: settings.CONSUMER_NAME,
    logger,
  });
  const planned = [...settings.LAKE_PLANNED_TOPICS, ...settings.CONSUMER_TOPICS];
  const fed = abandonedTopics(transactions.keys(), planned);
  const abandoned = fed.length === 0 ? [] : await existingTopics(kafka, fed, signal);
  if (abandoned === undefined) return;
  if (abandoned.length > 0) {
    logger.info(`reading topics of removed devices to their end: ${abandoned.join(", ")}`);
  }
  const topics = [...new Set([...settings.CONSUMER_TOPICS, ...abandoned])];
  if (topics.length === 0) {
    logger.info("there is no topic to read: waiting to be ended");
    health.healthy();
    return aborted(signal);
  }

  const failure = new AbortController();
  const ending = AbortSignal.any([signal, failure.signal]);
  const tally = new Tally(logger);
  const ingestion = new Ingestion({
    kafka,
    table,
    committer: new Committer(table, storage.files, tally, logger),
    tally,
    limits: { rows: settings.LAKE_FLUSH_ROWS, bytes: settings.LAKE_FLUSH_BYTES },
    flushIntervalMs: settings.LAKE_FLUSH_INTERVAL_MS,
    signal: ending,
    onPositioned: (points) => {
      logger.info(`reading ${showPoints(points)}`);
      health.healthy();
    },
    onFailed: (error) => failure.abort(error),
  });
  await consume(kafka, {
    groupId: settings.CONSUMER_GROUP,
    topics,
    signal: ending,
    resolveWholeBatch: false,
    eachBatch: (payload) => ingestion.receive(payload),
    onAssigned: (consumer, assignment) => ingestion.assign(consumer, assignment),
    onPassedOver: (topic, partition, first, last) => ingestion.passedOver(topic, partition, first, last),
    beforeLeaving: () => ingestion.finish(),
  });
  if (failure.signal.aborted) throw failure.signal.reason;
}

const mostShown = 8;

/** Partitions with the offsets they are read from: `device-1/0 from 120, device-2/0 from 0`. */
function showPoints(points: readonly StartingPoint[]): string {
  if (points.length === 0) return "nothing: other members of the group have all partitions";
  const shown = points
    .slice(0, mostShown)
    .map(({ topic, partition, next }) => `${topic}/${partition} from ${next}`);
  const more = points.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${counted(more, "more partition")}` : shown.join(", ");
}
