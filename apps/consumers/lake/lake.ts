import { isMainThread } from "node:worker_threads";
import { exportConsumerMetrics } from "../../shared/consumer-status";
import { LakeEnvironment } from "../../../contract/environment/lake";
import { consume, createKafka, existingTopics, PartitionLags } from "../../shared/kafka";
import { type AppContext, runApp } from "../../shared/run-app";
import { aborted } from "../../shared/shutdown";
import { counted } from "../../shared/text";
import { MaintenanceThread } from "./maintenance-thread";
import { CommitMonitor } from "./commit-monitor";
import { Committer } from "./committer";
import type { FaultPoints } from "../../shared/delta/fault-points";
import { Ingestion } from "./ingestion";
import { LakeCounts } from "./lake-counts";
import type { MaintenanceSettings } from "./maintenance/maintenance";
import { openTables } from "./open-tables";
import type { StartingPoint } from "./starting-points";
import { exportLakeMetrics } from "./status";
import { Tally } from "./tally";
import { runThread, startThread } from "./threads";
import { abandonedTopics } from "./topics";
import { WriterThread } from "./writer/writer-thread";
import { ConsumerHealth } from "../../shared/kafka";

/** How often tables are looked at that nothing is written to: what others do to them is to be known soon. */
const lookAtTablesEveryMs = 10_000;

/**
 * Runs the lake, or in one of its threads what that thread is for: all of them start from the same file.
 * @param program that file
 */
export function startLake(program: string, faults: FaultPoints): void {
  if (isMainThread) runApp("lake", LakeEnvironment, (context) => runLake(context, program, faults));
  else void runThread(faults);
}

async function runLake(
  context: AppContext<LakeEnvironment>,
  program: string,
  faults: FaultPoints,
): Promise<void> {
  const { settings, logger, log, signal, health, metrics } = context;
  const paths = { observations: settings.LAKE_TABLE_PATH, deadLetters: settings.LAKE_DEAD_LETTERS_PATH };
  const open = await openTables(paths, faults, context);
  if (open === undefined) return;
  const { table, deadLetters: deadLetterTable } = open;
  const { version, transactions } = table.state;
  logger.info(`table ${paths.observations}: version ${version}`);
  const tally = new Tally(logger);
  const counts = new LakeCounts();
  exportLakeMetrics(metrics, { table, counts, tally });

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

  const consumerHealth = new ConsumerHealth();
  const lags = new PartitionLags();
  const commitMonitor = new CommitMonitor(settings.LAKE_FLUSH_INTERVAL_MS);
  exportConsumerMetrics(
    { metrics, health },
    { consumerHealth, lags, messagesRead: () => counts.messagesRead },
  );
  health.waitFor(() => commitMonitor.unproved);
  health.check(() => commitMonitor.complaint);
  const failure = new AbortController();
  const writer = new WriterThread(startThread(program, { role: "writer", paths }), (error) =>
    failure.abort(error),
  );
  const maintenanceThread = new MaintenanceThread(
    () => startThread(program, { role: "maintenance", paths, settings: maintenanceOf(settings), log }),
    logger,
  );
  const ending = AbortSignal.any([signal, failure.signal]);
  const ingestion = new Ingestion({
    kafka,
    table,
    deadLetters: deadLetterTable,
    writer,
    committer: new Committer({ table, deadLetters: deadLetterTable, tally, counts, logger }),
    tally,
    counts,
    commitMonitor,
    limits: { rows: settings.LAKE_FLUSH_ROWS, bytes: settings.LAKE_FLUSH_BYTES },
    flushIntervalMs: settings.LAKE_FLUSH_INTERVAL_MS,
    onLostOffsets: settings.LAKE_ON_LOST_OFFSETS,
    signal: ending,
    onPositioned: (points) => {
      logger.info(`reading ${showPoints(points)}`);
      health.healthy();
    },
    onProgress: ({ topic, partition, next }) => {
      consumerHealth.progressed();
      consumerHealth.read(topic, partition, next);
    },
    onFailed: (error) => failure.abort(error),
    faults,
  });
  const looking = setInterval(() => ingestion.lookAtTables(), lookAtTablesEveryMs);
  await consume(kafka, {
    groupId: settings.CONSUMER_GROUP,
    topics,
    signal: ending,
    resolveWholeBatch: false,
    health: consumerHealth,
    lags,
    eachBatch: (payload) => ingestion.receive(payload),
    onAssigned: (consumer, assignment) => ingestion.assign(consumer, assignment),
    onPassedOver: (topic, partition, first, last) => ingestion.passedOver(topic, partition, first, last),
    beforeLeaving: () => ingestion.finish(),
  });
  clearInterval(looking);
  await maintenanceThread.stop();
  if (failure.signal.aborted) throw failure.signal.reason;
}

function maintenanceOf(settings: LakeEnvironment): MaintenanceSettings {
  const { LAKE_CHECKPOINT_EVERY, LAKE_COMPACT_AFTER_MS, LAKE_RETENTION_MS } = settings;
  return {
    checkpointEvery: LAKE_CHECKPOINT_EVERY,
    compactAfterMs: LAKE_COMPACT_AFTER_MS === 0 ? Number.POSITIVE_INFINITY : LAKE_COMPACT_AFTER_MS,
    retentionMs: LAKE_RETENTION_MS,
  };
}

const maxShown = 8;

/** Partitions with the offsets they are read from: `device-1/0 from 120, device-2/0 from 0`. */
function showPoints(points: readonly StartingPoint[]): string {
  if (points.length === 0) return "nothing: other members of the group have all partitions";
  const shown = points
    .slice(0, maxShown)
    .map(({ tableTopic, partition, next }) => `${tableTopic}/${partition} from ${next}`);
  const more = points.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${counted(more, "more partition")}` : shown.join(", ");
}
