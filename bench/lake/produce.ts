import { join } from "node:path";
import { runCommand } from "../../test/support/command";
import { benchPython } from "../../tools/setup/python.mjs";
import type { Broker } from "./broker";

const partitions = 3;

/** A topic for those who are slow until they have seen some messages. */
export const warmUpTopic = "warm-up";
const warmUpCount = 100_000;

export function fillWarmUpTopic(broker: Broker): Promise<void> {
  return fillTopic(broker, warmUpTopic, warmUpCount);
}

/** Makes a topic and fills it with observations of ten minutes. */
export async function fillTopic(broker: Broker, topic: string, count: number): Promise<void> {
  await broker.createTopic(topic, partitions);
  await produce(broker, topic, ["backlog", String(count)]);
}

/** Makes an empty topic. */
export function emptyTopic(broker: Broker, topic: string): Promise<void> {
  return broker.createTopic(topic, partitions);
}

/** Sends observations at a steady rate; resolves when all are acknowledged. @returns messages a second, as it was. */
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
  what: readonly string[],
): Promise<{ readonly sent: number; readonly seconds: number }> {
  const script = join(__dirname, "peers", "produce.py");
  const output = await runCommand(benchPython(), [script, broker.bootstrapServers, topic, ...what]);
  return JSON.parse(output) as { sent: number; seconds: number };
}
