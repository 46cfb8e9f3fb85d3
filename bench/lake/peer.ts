import { join } from "node:path";
import { frugalMemory } from "../../infra/plan/consumers";
import { benchPython } from "../../tools/setup/python.mjs";
import { sparkJars, sparkPython } from "../../tools/setup/spark.mjs";
import { LakeEnvironment } from "../../contract/environment/lake";
import { writeEnvironment } from "../../contract/environment/variables";
import { MeasuredProcess } from "./measured-process";
import { warmUpTopic } from "./backlog";

/** The task of a peer. */
export interface PeerTask {
  readonly bootstrapServers: string;
  readonly topic: string;
  /** The directory of the table, which does not exist yet. */
  readonly table: string;
  /** How long a row may wait for its commit, in milliseconds. */
  readonly flushIntervalMs: number;
  /** The topic holds a backlog, and no message will follow it. */
  readonly backlogOnly: boolean;
}

/** A program that writes a topic into a Delta table with one partition a minute. */
export interface Peer {
  readonly name: string;
  start(task: PeerTask): Promise<{ readonly process: MeasuredProcess; readonly readyMs: number }>;
}

const script = (name: string) => join(__dirname, "peers", name);
const saysReady = (line: string) => line === "ready";

/** The lake with the environment of its container, outside Docker. @param bundle its file */
export function lakePeer(bundle: string): Peer {
  return {
    name: "this lake",
    start: ({ bootstrapServers, topic, table, flushIntervalMs }) =>
      MeasuredProcess.start({
        command: [process.execPath, bundle],
        environment: {
          ...frugalMemory,
          ...Object.fromEntries(
            writeEnvironment(LakeEnvironment, {
              KAFKA_BOOTSTRAP_SERVERS: [bootstrapServers],
              CONSUMER_NAME: "lake",
              CONSUMER_GROUP: `lake-${crypto.randomUUID()}`,
              CONSUMER_TOPICS: [topic],
              LAKE_PLANNED_TOPICS: [topic],
              LAKE_TABLE_PATH: table,
              LAKE_DEAD_LETTERS_PATH: `${table}-dead-letters`,
              LAKE_FLUSH_INTERVAL_MS: flushIntervalMs,
              LOG_FORMAT: "json",
            }).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
          ),
        },
        isReady: (line) => (JSON.parse(line) as { message: string }).message.startsWith("reading "),
      }),
  };
}

export const sparkPeer: Peer = {
  name: "PySpark",
  start: ({ bootstrapServers, topic, table, flushIntervalMs, backlogOnly }) => {
    const trigger = backlogOnly ? "available-now" : `${flushIntervalMs} milliseconds`;
    return MeasuredProcess.start({
      command: [
        sparkPython(),
        script("spark_lake.py"),
        sparkJars().join(","),
        bootstrapServers,
        topic,
        table,
        warmUpTopic,
        trigger,
      ],
      environment: { PYTHONPATH: join(__dirname, "..", "..", "test", "support") },
      isReady: saysReady,
    });
  },
};

export const pythonPeer: Peer = {
  name: "Python by hand",
  start: ({ bootstrapServers, topic, table, flushIntervalMs }) =>
    MeasuredProcess.start({
      command: [
        benchPython(),
        script("python_lake.py"),
        bootstrapServers,
        topic,
        table,
        String(flushIntervalMs / 1_000),
      ],
      environment: {},
      isReady: saysReady,
    }),
};
