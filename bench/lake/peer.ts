import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { frugalMemory } from "../../infra/plan/consumers";
import { LakeEnvironment } from "../../contract/lake";
import { writeEnvironment } from "../../contract/environment";
import { bundleApps } from "../../infra/app-image/bundle";
import { benchPython } from "../../tools/setup/python.mjs";
import { sparkJars, sparkPython } from "../../tools/setup/spark.mjs";
import { MeasuredProcess } from "./process-tree";
import { warmUpTopic } from "./produce";

/** What a peer is to do. */
export interface PeerTask {
  readonly bootstrapServers: string;
  readonly topic: string;
  /** The table's directory, which is not there yet. */
  readonly table: string;
  /** How long a row may wait for its commit, in milliseconds. */
  readonly flushIntervalMs: number;
  /** There is a backlog to read, and nothing will come after it. */
  readonly backlogOnly: boolean;
}

/** A program that brings a topic into a Delta table by minute. */
export interface Peer {
  readonly name: string;
  start(task: PeerTask): Promise<{ readonly process: MeasuredProcess; readonly readyMs: number }>;
}

const script = (name: string) => join(__dirname, "peers", name);
const saysReady = (line: string) => line === "ready";

/** Bundles the lake as its image has it. @returns the file. */
export async function bundleLake(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const [name, contents] of bundleApps()) await writeFile(join(directory, name), contents);
  return join(directory, "lake.js");
}

/** The lake itself with its container's environment, outside Docker. @param bundle its file */
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
