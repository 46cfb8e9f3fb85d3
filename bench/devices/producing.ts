import { join } from "node:path";
import { createKafka, topicOffsets } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import { bundleProgram } from "../../test/support/bundle";
import { runCommand } from "../../test/support/command";
import { benchPython } from "../../tools/setup/python.mjs";
import type { Broker } from "../support/broker";
import { markdownTable, median } from "../support/figures";

const partitions = 3;
const rounds = 3;
const giveUpAfterMs = 60_000;

/** The figures that a peer prints. */
interface PeerFigures {
  readonly sent: number;
  readonly seconds: number;
  readonly peakBytes?: number;
}

/** A program that sends observations to a topic and waits until all in-sync replicas have acknowledged them. */
interface Peer {
  readonly name: string;
  command(topic: string): readonly string[];
  /** It sends more messages than those that are counted. */
  readonly sendsMore?: boolean;
}

/**
 * Measures the greatest sustained rate of one process to one topic, with every message acknowledged by all in-sync replicas: our
 * producer, kafkajs alone, librdkafka. Each is a process of its own that sends the same observations. The time runs from its connection
 * to the last acknowledgement. The peers run one after the other in each round. Afterwards each topic holds exactly what was sent.
 * @param directory for the peers' bundles
 * @param app the devices' app, which is one file
 */
export async function measureProducing(
  broker: Broker,
  directory: string,
  app: string,
  count: number,
): Promise<void> {
  const script = (name: string) =>
    bundleProgram(join(__dirname, "peers", `${name}.ts`), join(directory, `${name}.js`));
  const node = process.execPath;
  const { bootstrapServers } = broker;
  const ours = script("ours");
  const kafkajs = script("kafkajs");
  const python = join(__dirname, "..", "lake", "peers", "produce.py");
  const own = (compression: string): Peer => ({
    name: compression === "none" ? "our producer alone" : `our producer, ${compression}`,
    command: (topic) => [node, ours, "send", bootstrapServers, topic, String(count), compression],
  });
  const fleet = script("fleet");
  const peers: readonly Peer[] = [
    {
      name: "10,000 devices, their history",
      command: (topic) => [node, fleet, bootstrapServers, topic, String(count), app],
      sendsMore: true,
    },
    own("none"),
    {
      name: "kafkajs alone, awaited batches of 1,000",
      command: (topic) => [node, kafkajs, bootstrapServers, topic, String(count)],
    },
    {
      name: "librdkafka, from Python",
      command: (topic) => [benchPython(), python, bootstrapServers, topic, "backlog", String(count)],
    },
    own("gzip"),
    own("zstd"),
  ];
  const figures = new Map<Peer, PeerFigures[]>(peers.map((peer) => [peer, []]));
  const limits: PeerFigures[] = [];
  for (let round = 0; round < rounds; round++) {
    limits.push(await run([node, ours, "encode", String(count), String(partitions)]));
    // Each round starts with another peer: the caches and compilers of the broker warm up during the first.
    const order = [...peers.slice(round), ...peers.slice(0, round)];
    for (const [index, peer] of order.entries()) {
      const topic = `producing-${round}-${index}`;
      await broker.createTopic(topic, partitions);
      const measured = await run(peer.command(topic));
      const stored = await countMessages(bootstrapServers, topic);
      const isRight = peer.sendsMore ? stored >= count : stored === count;
      if (measured.sent !== stored || !isRight)
        throw new Error(`${peer.name}: the topic has ${stored} messages instead of ${count}`);
      figures.get(peer)?.push({ ...measured, sent: count });
      console.error(`round ${round + 1}, ${peer.name}: ${showRate(rateOf(measured))}`);
    }
  }
  console.log(
    `\n${count.toLocaleString("en")} observations to ${partitions} partitions of one broker, acks=all; medians of ${rounds}.\n`,
  );
  console.log(report([...figures]));
  const limit = showRate(median(limits.map(rateOf)));
  console.log(
    `\nThe limit: to make and encode the same observations, and send them to nobody, has ${limit}.`,
  );
}

async function countMessages(bootstrapServers: string, topic: string): Promise<number> {
  const write = (line: string) => void process.stderr.write(line);
  const logger = createLogger({ app: "bench", format: "pretty", level: "warn", write });
  const kafka = createKafka({ bootstrapServers: [bootstrapServers], clientId: "bench", logger });
  const offsets = await topicOffsets(kafka, [topic], AbortSignal.timeout(giveUpAfterMs));
  return (offsets?.get(topic) ?? []).reduce((sum, { earliest, latest }) => sum + latest - earliest, 0);
}

async function run([command = "", ...args]: readonly string[]): Promise<PeerFigures> {
  return JSON.parse(await runCommand(command, args)) as PeerFigures;
}

function report(figures: readonly (readonly [Peer, readonly PeerFigures[]])[]): string {
  const [, first = []] = figures[0] ?? [];
  const oursRate = median(first.map(rateOf));
  const rows = figures.map(([{ name }, runs]) => {
    const rate = median(runs.map(rateOf));
    const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
    const peak = peaks.length === 0 ? "" : `${(median(peaks) / 2 ** 20).toFixed(0)} MiB`;
    return [name, showRate(rate), `${(oursRate / rate).toFixed(2)} ×`, peak];
  });
  return markdownTable([["", "messages/s", "ours is faster by", "peak memory"], ...rows]);
}

const rateOf = ({ sent, seconds }: PeerFigures) => sent / seconds;
const showRate = (rate: number) => `${(Math.round(rate / 1_000) * 1_000).toLocaleString("en")}/s`;
