import type { PulumiStack } from "../support/pulumi-stack";
import { TestedCluster } from "./cluster";

/** Named so that by their keys each device sends to each of its topic's three partitions. */
const sensors = ["temperature", "voltage", "speed", "humidity"].map((name) => ({ name, interval: "100ms" }));
const partitions = 3;

const devices = [
  ...["boiler", "press", "mixer"].map((device) => ({ device, topic: device })),
  ...["pump", "valve"].map((device) => ({ device, topic: "shared" })),
];

/** Brings up a stack of three brokers, or as configured, whose devices never rest. */
export async function bringUpTested(
  stack: PulumiStack,
  config: Readonly<Record<string, unknown>>,
): Promise<TestedCluster> {
  await stack.configure({
    brokers: 3,
    partitions,
    ...config,
    devices: devices.map(({ device, topic }) => ({ name: device, topic, sensors })),
    consumers: [{ type: "lake" }],
    lake: { flushInterval: "2s" },
  });
  await stack.up();
  return testedCluster(stack);
}

/** The same stack as it is now, after a change of its brokers. */
export async function testedCluster(stack: PulumiStack): Promise<TestedCluster> {
  return new TestedCluster(stack.name, await stack.outputs(), devices, partitions);
}
