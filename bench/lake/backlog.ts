import { join } from "node:path";
import { createKafka } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import { bundleProgram } from "../../test/support/bundle";
import { runCommand } from "../../test/support/command";
import { benchPython } from "../../tools/setup/python.mjs";
import type { Broker } from "../support/broker";

const partitions = 3;

/** A topic for peers that are slow until they have read some messages: Spark's Java. */
export const warmUpTopic = "warm-up";
const warmUpCount = 100_000;

export function fillWarmUpTopic(broker: Broker): Promise<void> {
  return fillTopic(broker, warmUpTopic, warmUpCount);
}

/** Creates a topic and fills it with observations of ten minutes. */
export async function fillTopic(broker: Broker, topic: string, count: number): Promise<void> {
  await broker.createTopic(topic, partitions);
  await produce(broker, topic, ["backlog", String(count)]);
}

/** Creates an empty topic. */
export function emptyTopic(broker: Broker, topic: string): Promise<void> {
  return broker.createTopic(topic, partitions);
}

/** Sends observations at a steady rate; resolves when all are acknowledged. @returns the messages a second that it reached */
export async function produceSteadily(
  broker: Broker,
  topic: string,
  rate: number,
  seconds: number,
): Promise<number> {
  const result = await produce(broker, topic, ["steady", String(rate), String(seconds)]);
  return result.sent / result.seconds;
}

async function produce(
  broker: Broker,
  topic: string,
  args: readonly string[],
): Promise<{ readonly sent: number; readonly seconds: number }> {
  const script = join(__dirname, "peers", "produce.py");
  const output = await runCommand(benchPython(), [script, broker.bootstrapServers, topic, ...args]);
  return JSON.parse(output) as { sent: number; seconds: number };
}

/**
 * Reads a topic with the lake's group reader, which has a decoder of its own, and does nothing with the messages.
 * @returns messages a second, from when it has joined its group
 */
export async function readerAlone(bootstrapServers: string, topic: string, count: number): Promise<number> {
  const logger = createLogger({
    app: "bench",
    format: "pretty",
    level: "warn",
    write: (line) => void process.stderr.write(line),
  });
  const kafka = createKafka({ bootstrapServers: [bootstrapServers], clientId: "bench", logger });
  const { consumer } = kafka.consumer(`limit-${crypto.randomUUID()}`);
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    return await new Promise<number>((resolve, reject) => {
      let began = 0;
      let read = 0;
      consumer.on(consumer.events.GROUP_JOIN, () => (began = performance.now()));
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            read += batch.messages.length;
            if (read >= count) resolve(count / ((performance.now() - began) / 1_000));
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}

/**
 * The same by kafkajs alone, with its own decoder, in a process of its own.
 * @param directory for its bundle
 */
export async function kafkajsAlone(
  bootstrapServers: string,
  topic: string,
  count: number,
  directory: string,
): Promise<number> {
  const program = bundleProgram(join(__dirname, "peers", "kafkajs.ts"), join(directory, "kafkajs.js"));
  const output = await runCommand(process.execPath, [program, bootstrapServers, topic, String(count)]);
  const { read, seconds } = JSON.parse(output) as { read: number; seconds: number };
  return read / seconds;
}
