import { afterAll, beforeAll, describe, expect } from "vitest";
import { eventually } from "./support/command";
import { expectExactlyOnce, expectNoGaps } from "./support/conservation";
import { containersOf, docker, tracesOf } from "./support/docker";
import { endOffsets, readTopics } from "./support/kafka";
import { PulumiStack } from "./support/pulumi-stack";
import { step } from "./support/steps";

describe("a stack of three brokers and three ZooKeeper members", () => {
  let stack: PulumiStack;
  let neighbour: PulumiStack;
  let bootstrapServers: string;

  beforeAll(async () => {
    stack = await PulumiStack.create("cluster", 3);
    neighbour = await PulumiStack.create("neighbour");
  });
  afterAll(() => Promise.all([stack.dispose(), neighbour.dispose()]));

  const up = step("comes up with devices that share a topic of many partitions", [], async () => {
    await stack.configure({
      brokers: 3,
      zookeepers: 3,
      partitions: 4,
      devices: [
        {
          name: "boiler",
          topic: "meters",
          sensors: [{ name: "flame", interval: "100ms" }, { name: "door" }],
        },
        { name: "pump", topic: "meters", sensors: [{ name: "flame", interval: "100ms" }] },
      ],
    });
    await stack.up();
    const states = await containersOf(stack.name);
    expect(states.filter(({ health }) => health === "healthy")).toHaveLength(3 + 3 + 2 + 3);
    ({ bootstrapServers } = await stack.outputs());
    expect(bootstrapServers.split(",")).toHaveLength(3);
  });

  step("replicates the topic to every broker", [up], async () => {
    const description = await docker(
      "exec",
      `kafka-iot-sim-${stack.name}-broker-1`,
      "kafka-topics",
      "--bootstrap-server",
      "localhost:29092",
      "--describe",
      "--topic",
      "meters",
    );
    const partitions = [...description.matchAll(/Partition: (\d+).*Replicas: ([\d,]+)\s+Isr: ([\d,]+)/g)];
    const sorted = (ids: string | undefined) => ids?.split(",").sort().join(",");
    expect(partitions.map(([, partition, replicas]) => [partition, sorted(replicas)])).toEqual(
      ["0", "1", "2", "3"].map((partition) => [partition, "1,2,3"]),
    );
    expect(description).toContain("min.insync.replicas=2");
  });

  step("keys each sensor by its device, and lands every observation exactly once", [up], async () => {
    const rows = await expectExactlyOnce({
      bootstrapServers,
      topics: ["meters"],
      lakeContainer: `kafka-iot-sim-${stack.name}-lake`,
    });
    expectNoGaps(rows);
    const messages = await readTopics(bootstrapServers, await endOffsets(bootstrapServers, ["meters"]));
    expect(new Set([...messages.values()].map(({ key }) => key))).toEqual(
      new Set(["boiler/flame", "boiler/door", "pump/flame"]),
    );
  });

  const scaled = step("keeps the table exact while one lake becomes three, and one again", [up], async () => {
    const lakes = ["lake", "lake-2", "lake-3"].map((what) => `kafka-iot-sim-${stack.name}-${what}`);
    const [lakeContainer = "", ...others] = lakes;
    const expectExact = async () =>
      expectNoGaps(await expectExactlyOnce({ bootstrapServers, topics: ["meters"], lakeContainer }));
    await stack.configure({ consumers: [{ type: "console" }, { type: "lake", replicas: 3 }] });
    await stack.up();
    for (const lake of lakes) {
      await eventually(`${lake} has a share of the partitions`, 60_000, async () => {
        // Four partitions for three lakes: the first had all of them before.
        const shares = (await docker("logs", lake)).match(/: reading \d partitions?/g);
        return /: reading [12] partitions?/.test(shares?.at(-1) ?? "") || undefined;
      });
    }
    await expectExact();
    await stack.configure({ consumers: undefined });
    await stack.up();
    const names = (await containersOf(stack.name)).map(({ name }) => name);
    expect(names).toContain(lakeContainer);
    expect(names.filter((name) => others.includes(name))).toEqual([]);
    await expectExact();
  });

  const revived = step(
    "does not change when nothing has changed, and starts a killed broker again",
    [scaled],
    async () => {
      await stack.up("--expect-no-changes");
      await docker("kill", `kafka-iot-sim-${stack.name}-broker-2`);
      await stack.up();
      const states = await containersOf(stack.name);
      expect(states.filter(({ health }) => health === "healthy")).toHaveLength(11);
    },
  );

  step("refuses another size of the ensemble, which could cost Kafka its metadata", [up], async () => {
    await stack.configure({ zookeepers: 5 });
    const refusal = await stack.tryUp();
    expect(refusal.exitCode).not.toBe(0);
    expect(refusal.output).toContain("zookeepers: found 5; set it back to 3, which the stack has");
    await stack.configure({ zookeepers: 3 });
  });

  step("runs beside another stack, which may have no devices", [revived], async () => {
    await neighbour.configure({ devices: 0 });
    await neighbour.up();
    const states = await containersOf(neighbour.name);
    expect(states.filter(({ health }) => health === "healthy")).toHaveLength(5);
    expect((await containersOf(stack.name)).filter(({ health }) => health === "healthy")).toHaveLength(11);
  });

  step("is destroyed without a trace", [up], async () => {
    await Promise.all([stack.destroy(), neighbour.destroy()]);
    expect([...(await tracesOf(stack.name)), ...(await tracesOf(neighbour.name))]).toEqual([]);
  });
});
