import { rm } from "node:fs/promises";
import { join } from "node:path";
import { markdownTable } from "../support/figures";
import type { Broker } from "../support/broker";
import type { Peer } from "./peer";
import { emptyTopic, produceSteadily } from "./backlog";
import { delays, TableLog } from "./table-log";

const seconds = 20;
/** How long a peer may take for the rest after the last message was sent. */
const catchUpMs = 60_000;
const lookEveryMs = 200;

interface Case {
  readonly peer: Peer;
  readonly rate: number;
  readonly flushIntervalMs: number;
}

/** Measures how long an observation takes from its timestamp to its commit, at steady rates. */
export async function measureFreshness(
  broker: Broker,
  peers: readonly Peer[],
  directory: string,
): Promise<void> {
  const [ours, ...others] = peers;
  if (ours === undefined) return;
  const cases: Case[] = [10_000, 1_000].flatMap((flushIntervalMs) => [
    ...[1_000, 10_000, 100_000].map((rate) => ({ peer: ours, rate, flushIntervalMs })),
    ...others.map((peer) => ({ peer, rate: 10_000, flushIntervalMs })),
  ]);
  const rows: string[][] = [];
  for (const [index, each] of cases.entries()) {
    const row = await measure(broker, each, join(directory, `freshness-${index}`), `steady-${index}`);
    console.error(row.join(", "));
    rows.push(row);
  }
  console.log(`\nFrom an observation's timestamp to its commit, over ${seconds} s; Java was warm.\n`);
  console.log(markdownTable([["", "flush interval", "messages/s", "median", "99 %", "commits"], ...rows]));
}

async function measure(
  broker: Broker,
  { peer, rate, flushIntervalMs }: Case,
  table: string,
  topic: string,
): Promise<string[]> {
  const { bootstrapServers } = broker;
  await emptyTopic(broker, topic);
  const task = { bootstrapServers, topic, table, flushIntervalMs, backlogOnly: false };
  const { process: running } = await peer.start(task);
  const log = new TableLog(table);
  let produced: number;
  try {
    produced = await produceSteadily(broker, topic, rate, seconds);
    const deadline = Date.now() + catchUpMs;
    while (log.rows < rate * seconds) {
      if (Date.now() > deadline || running.hasEnded) {
        throw new Error(`${peer.name} has ${log.rows} of ${rate * seconds} rows: ${running.lastErrors}`);
      }
      await log.refresh();
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  } finally {
    await running.stop();
  }
  const { p50, p99 } = await delays(log.arrivals);
  await rm(table, { recursive: true, force: true });
  const show = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  return [
    peer.name,
    `${flushIntervalMs / 1_000} s`,
    (Math.round(produced / 100) * 100).toLocaleString("en"),
    show(p50),
    show(p99),
    String(log.commits),
  ];
}
