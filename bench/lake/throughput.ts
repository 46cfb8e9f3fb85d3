import { rm } from "node:fs/promises";
import { join } from "node:path";
import { markdownTable, median } from "../support/figures";
import type { Broker } from "../support/broker";
import { fillTopic, kafkajsAlone, readerAlone } from "./backlog";
import type { Peer } from "./peer";
import { countRows, TableLog } from "./table-log";

/** The longest that a row waits for its commit: short, so that the rest of the backlog is committed soon. */
const flushIntervalMs = 1_000;
const rounds = 3;
const giveUpAfterMs = 300_000;
const lookEveryMs = 200;

interface Run {
  readonly rowsPerSecond: number;
  readonly peakBytes: number;
  readonly bytesPerRow: number;
  readonly cpuSeconds: number;
  readonly commits: number;
}

/**
 * Every peer reads the same backlog from its beginning into its own table, one peer after the other in each round. The time runs from
 * the peer's report that it is about to read (it has started, the table exists, another topic has warmed up Spark's Java) to its last
 * commit.
 */
export async function measureThroughput(
  broker: Broker,
  peers: readonly Peer[],
  directory: string,
  count: number,
): Promise<void> {
  const topic = "backlog";
  await fillTopic(broker, topic, count);
  const runs = new Map<Peer, Run[]>(peers.map((peer) => [peer, []]));
  const limits: { readonly reader: number; readonly kafkajs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    limits.push({
      reader: await readerAlone(broker.bootstrapServers, topic, count),
      kafkajs: await kafkajsAlone(broker.bootstrapServers, topic, count, directory),
    });
    for (const peer of peers) {
      const table = join(directory, `throughput-${round}-${peers.indexOf(peer)}`);
      const run = await runOnce(broker, peer, table, topic, count);
      runs.get(peer)?.push(run);
      console.error(`round ${round + 1}, ${peer.name}: ${showRate(run.rowsPerSecond)}`);
    }
  }
  console.log(
    `\n${count.toLocaleString("en")} observations of ten minutes in 3 partitions; from "about to read" (started, table made, ` +
      `Java warmed up) to the last commit; medians of ${rounds}.\n`,
  );
  console.log(report([...runs]));
  const reader = showRate(median(limits.map((limit) => limit.reader)));
  const kafkajs = showRate(median(limits.map((limit) => limit.kafkajs)));
  console.log(
    `\nThe limit: the lake's group reader alone, doing nothing with the messages, reads ${reader}. ` +
      `kafkajs alone, with its own decoder and its own settings, reads ${kafkajs}.`,
  );
}

async function runOnce(
  broker: Broker,
  peer: Peer,
  table: string,
  topic: string,
  count: number,
): Promise<Run> {
  const { bootstrapServers } = broker;
  const task = { bootstrapServers, topic, table, flushIntervalMs, backlogOnly: true };
  const { process: running, readyMs } = await peer.start(task);
  const log = new TableLog(table);
  try {
    while (log.rows < count) {
      if (Date.now() - readyMs > giveUpAfterMs) {
        throw new Error(
          `${peer.name} has ${log.rows} of ${count} rows after ${giveUpAfterMs / 1_000} s: ${running.lastErrors}`,
        );
      }
      const ended = running.hasEnded;
      await log.refresh();
      if (ended && log.rows < count) {
        throw new Error(`${peer.name} ended with ${log.rows} of ${count} rows: ${running.lastErrors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  } finally {
    await running.stop();
  }
  const files = log.liveFiles();
  const held = await countRows(files);
  if (held.rows !== count || held.places !== count) {
    throw new Error(`${peer.name} has ${held.rows} rows of ${held.places} messages instead of ${count}`);
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  await rm(table, { recursive: true, force: true });
  return {
    rowsPerSecond: count / ((log.lastCommitMs - readyMs) / 1_000),
    peakBytes: running.peakBytes,
    bytesPerRow: bytes / count,
    cpuSeconds: running.cpu,
    commits: log.commits,
  };
}

function report(runs: readonly (readonly [Peer, readonly Run[]])[]): string {
  const middle = (of: readonly Run[], figure: keyof Run) => median(of.map((run) => run[figure]));
  const [, ours = []] = runs[0] ?? [];
  const rows = runs.map(([peer, own]) => {
    const rate = middle(own, "rowsPerSecond");
    return [
      peer.name,
      showRate(rate),
      `${(middle(ours, "rowsPerSecond") / rate).toFixed(1)} ×`,
      `${(middle(own, "peakBytes") / 2 ** 20).toFixed(0)} MiB`,
      middle(own, "bytesPerRow").toFixed(1),
      `${middle(own, "cpuSeconds").toFixed(1)} s`,
      middle(own, "commits").toFixed(0),
    ];
  });
  const heading = [
    "",
    "rows/s",
    "this lake is faster by",
    "peak memory",
    "bytes/row",
    "processor, start and end too",
    "commits",
  ];
  return markdownTable([heading, ...rows]);
}

const showRate = (rate: number) => `${(Math.round(rate / 100) * 100).toLocaleString("en")} rows/s`;
