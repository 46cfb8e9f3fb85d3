import { isMainThread } from "node:worker_threads";
import { exportConsumerMetrics } from "../../shared/consumer/consumer-metrics";
import { LakeEnvironment } from "../../../contract/environment/lake";
import { consume, createKafka, existingTopics, PartitionLags } from "../../shared/kafka";
import { type AppContext, runApp } from "../../shared/run-app";
import { aborted } from "../../shared/shutdown";
import { counted } from "../../shared/text";
import type { FaultPoints } from "../../shared/delta/fault-points";
import type { MaintenanceSettings } from "./maintenance/maintenance";
import { openTables } from "./open-tables";
import { runThread, startThread } from "./threads";
import { ConsumerHealth } from "../../shared/kafka";
import type { DeltaTable } from "../../shared/delta/table/table";
import { type KafkaClient } from "../../shared/kafka";
import { CommitMonitor } from "./commit/commit-monitor";
import { Committer } from "./commit/committer";
import { exportLakeMetrics, LakeCounts } from "./commit/lake-counts";
import { SkippedMessages } from "./commit/skipped-messages";
import { MaintenanceThread } from "./maintenance/maintenance-thread";
import { abandonedTopics } from "./offsets/positions";
import type { StartingPoint } from "./offsets/starting-points";
import { type OpenTables, type TablePaths } from "./open-tables";
import { Ingestion } from "./read/ingestion";
import { type LakeFaultPoint } from "./threads";
import { WriterThread } from "./write/writer-thread";

/** How often the tables are refreshed while nothing is written to them, so that changes by other programs are noticed soon. */
const refreshTablesEveryMs = 10_000;

/**
 * Runs the lake, or, in one of its threads, the work of that thread: all of them start from the same file.
 * @param program that file
 */
export function startLake(program: string, faults: FaultPoints<LakeFaultPoint>): void {
  if (isMainThread) runApp("lake", LakeEnvironment, (context) => runLake(context, program, faults));
  else void runThread(faults);
}

/** Opens the tables, decides which topics to read, and lands these until the process is to end. */
async function runLake(
  context: AppContext<LakeEnvironment>,
  program: string,
  faults: FaultPoints<LakeFaultPoint>,
): Promise<void> {
  const { settings, logger, signal, health, metrics } = context;
  const paths = { observations: settings.LAKE_TABLE_PATH, deadLetters: settings.LAKE_DEAD_LETTERS_PATH };
  const tables = await openTables(paths, faults, context);
  if (tables === undefined) return;
  const { table } = tables;
  logger.info(`table ${paths.observations}: version ${table.state.version}`);
  const counts = new LakeCounts();
  const skipped = new SkippedMessages(logger);
  exportLakeMetrics(metrics, { table, counts, skipped });

  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: settings.CONSUMER_NAME,
    logger,
  });
  const topics = await topicsToRead(kafka, table, context);
  if (topics === undefined) return;
  if (topics.length === 0) {
    logger.info("there is no topic to read: waiting to be stopped");
    health.healthy();
    return aborted(signal);
  }
  await landTopics(context, { program, faults, paths, tables, kafka, topics, counts, skipped });
}

/**
 * The topics of the lake's devices, and those in the table whose devices were removed: these are read to their end.
 * @returns undefined if the signal aborts first.
 */
async function topicsToRead(
  kafka: KafkaClient,
  table: DeltaTable,
  { settings, logger, signal }: Pick<AppContext<LakeEnvironment>, "settings" | "logger" | "signal">,
): Promise<string[] | undefined> {
  const planned = [...settings.LAKE_PLANNED_TOPICS, ...settings.CONSUMER_TOPICS];
  const candidates = abandonedTopics(table.state.transactions.keys(), planned);
  const abandoned = candidates.length === 0 ? [] : await existingTopics(kafka, candidates, signal);
  if (abandoned === undefined) return undefined;
  if (abandoned.length > 0) {
    logger.info(`reading topics of removed devices to their end: ${abandoned.join(", ")}`);
  }
  return [...new Set([...settings.CONSUMER_TOPICS, ...abandoned])];
}

interface LandingOptions {
  readonly program: string;
  readonly faults: FaultPoints<LakeFaultPoint>;
  readonly paths: TablePaths;
  readonly tables: OpenTables;
  readonly kafka: KafkaClient;
  readonly topics: readonly string[];
  readonly counts: LakeCounts;
  readonly skipped: SkippedMessages;
}

/**
 * Reads topics as a member of the lake's group, and commits their messages to the tables, until the process is to end.
 * @throws the error because of which rows cannot be landed any more.
 */
async function landTopics(
  { settings, logger, log, signal, health, metrics }: AppContext<LakeEnvironment>,
  { program, faults, paths, tables, kafka, topics, counts, skipped }: LandingOptions,
): Promise<void> {
  const consumerHealth = new ConsumerHealth();
  const lags = new PartitionLags();
  exportConsumerMetrics(
    { metrics, health },
    { consumerHealth, lags, messagesRead: () => counts.messagesRead },
  );
  const commitMonitor = new CommitMonitor(settings.LAKE_FLUSH_INTERVAL_MS);
  health.waitFor(() => commitMonitor.unproved);
  health.check(() => commitMonitor.complaint);

  const failure = new AbortController();
  const stopping = AbortSignal.any([signal, failure.signal]);
  const fail = (error: unknown) => failure.abort(error);
  const writer = new WriterThread(startThread(program, { role: "writer", paths }), fail);
  const maintenance = new MaintenanceThread(
    () => startThread(program, { role: "maintenance", paths, settings: maintenanceOf(settings), log }),
    logger,
  );
  const ingestion = new Ingestion({
    ...tables,
    kafka,
    writer,
    committer: new Committer({ ...tables, skipped, counts, logger }),
    skipped,
    counts,
    commitMonitor,
    limits: { rows: settings.LAKE_FLUSH_ROWS, bytes: settings.LAKE_FLUSH_BYTES },
    flushIntervalMs: settings.LAKE_FLUSH_INTERVAL_MS,
    onLostOffsets: settings.LAKE_ON_LOST_OFFSETS,
    signal: stopping,
    onPositioned: (points) => {
      logger.info(`reading ${showPoints(points)}`);
      health.healthy();
    },
    onProgress: ({ topic, partition, next }) => {
      consumerHealth.progressed();
      consumerHealth.read(topic, partition, next);
    },
    onFailed: fail,
    faults,
  });

  const refreshing = setInterval(() => ingestion.refreshTables(), refreshTablesEveryMs);
  await consume(kafka, {
    groupId: settings.CONSUMER_GROUP,
    topics,
    signal: stopping,
    resolveWholeBatch: false,
    health: consumerHealth,
    lags,
    eachBatch: (payload) => ingestion.receive(payload),
    onAssigned: (consumer, assignment) => ingestion.assign(consumer, assignment),
    onPassedOver: (topic, partition, first, last) => ingestion.passedOver(topic, partition, first, last),
    beforeLeaving: () => ingestion.finish(),
  });
  clearInterval(refreshing);
  await maintenance.stop();
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

/** Partitions and the offsets at which reading them starts: `device-1/0 from 120, device-2/0 from 0`. */
function showPoints(points: readonly StartingPoint[]): string {
  if (points.length === 0) return "nothing: other members of the group have all partitions";
  const shown = points
    .slice(0, maxShown)
    .map(({ tableTopic, partition, next }) => `${tableTopic}/${partition} from ${next}`);
  const more = points.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${counted(more, "more partition")}` : shown.join(", ");
}
