import type { PulumiStack } from "../support/pulumi-stack";
import { TestedCluster } from "./cluster";

/** Named so that by their keys each device sends to each of its topic's three partitions. */
const sensors = ["temperature", "voltage", "speed", "humidity"].map((name) => ({ name, interval: "100ms" }));
const partitions = 3;

const devices = [
  ...["boiler", "press", "mixer"].map((device) => ({ device, topic: device })),
  ...["pump", "valve"].map((device) => ({ device, topic: "shared" })),
];

/** Brings up a stack of three brokers whose devices never rest. */
export async function bringUpTested(
  stack: PulumiStack,
  coordination: Readonly<Record<string, unknown>>,
): Promise<TestedCluster> {
  await stack.configure({
    brokers: 3,
    ...coordination,
    partitions,
    devices: devices.map(({ device, topic }) => ({ name: device, topic, sensors })),
    consumers: [{ type: "lake" }],
    lake: { flushInterval: "2s" },
  });
  await stack.up();
  return new TestedCluster(stack.name, await stack.outputs(), devices, partitions);
}
