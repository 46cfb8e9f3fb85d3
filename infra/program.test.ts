import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { names, resources, run } from "./testing/program";

describe("the program", () => {
  it.each([
    [1, 0],
    [1, 1],
    [1, 5],
    [3, 0],
    [3, 1],
    [3, 5],
  ])("for %d brokers and %d devices declares exactly these resources", async (brokers, devices) => {
    await run({ brokers, devices });
    const upTo = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
    expect(names("container:Container")).toEqual(
      [
        ...upTo(brokers, "broker"),
        ...(brokers > 1 ? upTo(brokers, "broker").map((broker) => `${broker}-sync`) : []),
        ...upTo(devices, "device"),
        "console",
        "dashboard",
        "lake",
        "topic-init",
        "zookeeper-1",
      ].sort(),
    );
    expect(names("volume:Volume")).toEqual(
      [
        ...upTo(brokers, "broker").map((broker) => `${broker}-data`),
        "lake-volume",
        "zookeeper-1-data",
        "zookeeper-1-log",
      ].sort(),
    );
    expect(names("network:Network")).toEqual(["network"]);
    expect(names("remoteImage:RemoteImage")).toEqual([
      "app-image",
      "kafka-image",
      "node-image",
      "zookeeper-image",
    ]);
  });

  it("changes only the last container of a group that grows, and adds others", async () => {
    const declaredWith = async (count: number) => {
      const { devices } = await run({
        devices: [{ name: "meter", count, devicesPerContainer: 1_000, sensors: 1 }],
      });
      return { devices, resources: new Map(resources.map((each) => [each.name, each])) };
    };
    const before = await declaredWith(1_500);
    const after = await declaredWith(2_500);
    expect([before.devices, after.devices]).toEqual([["meter-{1..1500}"], ["meter-{1..2500}"]]);
    expect([...after.resources.keys()].filter((name) => !before.resources.has(name))).toEqual([
      "meter-fleet-3",
    ]);
    const changed = [...before.resources].filter(
      ([name, resource]) => JSON.stringify(resource) !== JSON.stringify(after.resources.get(name)),
    );
    // The dashboard shows which container has which devices.
    expect(changed.map(([name]) => name).sort()).toEqual(["dashboard", "meter-fleet-2"]);
  });

  it("adds and removes replicas, and changes nothing else", async () => {
    const declaredWith = async (replicas: number) => {
      const { containers } = await run({ devices: 1, consumers: [{ type: "lake", replicas }] });
      return {
        consumers: containers.consumer,
        resources: new Map(resources.map((each) => [each.name, each])),
      };
    };
    const one = await declaredWith(1);
    const three = await declaredWith(3);
    expect(one.consumers).toEqual(["kafka-iot-sim-dev-lake"]);
    expect(three.consumers).toEqual([
      "kafka-iot-sim-dev-lake",
      "kafka-iot-sim-dev-lake-2",
      "kafka-iot-sim-dev-lake-3",
    ]);
    expect([...three.resources.keys()].filter((name) => !one.resources.has(name)).sort()).toEqual([
      "lake-2",
      "lake-3",
    ]);
    for (const [name, resource] of one.resources) expect(three.resources.get(name)).toEqual(resource);
    expect(three.resources.get("lake-3")?.inputs).toEqual({
      ...one.resources.get("lake")?.inputs,
      name: "kafka-iot-sim-dev-lake-3",
      envs: (one.resources.get("lake")?.inputs["envs"] as string[]).map((line) =>
        line === "CONSUMER_NAME=lake" ? "CONSUMER_NAME=lake-3" : line,
      ),
    });
  });

  it("has outputs with the addresses and names of everything", async () => {
    expect(await run({ devices: 2, brokers: 3 })).toEqual({
      bootstrapServers: "127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094",
      topics: ["device-1", "device-2"],
      devices: ["device-1", "device-2"],
      containers: {
        zookeeper: ["kafka-iot-sim-dev-zookeeper-1"],
        broker: [1, 2, 3].map((id) => `kafka-iot-sim-dev-broker-${id}`),
        "broker-sync": [1, 2, 3].map((id) => `kafka-iot-sim-dev-broker-${id}-sync`),
        "topic-init": ["kafka-iot-sim-dev-topic-init"],
        device: ["kafka-iot-sim-dev-device-1", "kafka-iot-sim-dev-device-2"],
        consumer: ["console", "lake", "dashboard"].map((name) => `kafka-iot-sim-dev-${name}`),
      },
      lake: {
        volume: "kafka-iot-sim-dev-lake",
        table: "/app/delta_lake/bronze",
        deadLetters: "/app/delta_lake/dead_letters",
      },
      dashboard: "http://127.0.0.1:8080",
    });
  });

  it("has outputs only for the pages that the stack has", async () => {
    const without = await run({ devices: 1, consumers: [] });
    expect([Object.keys(without).includes("dashboard"), Object.keys(without).includes("prometheus")]).toEqual(
      [false, false],
    );
    const withBoth = await run({
      devices: 1,
      consumers: [{ type: "dashboard" }, { type: "prometheus" }],
      dashboardPort: 18_080,
      prometheusPort: 19_090,
    });
    expect([withBoth.dashboard, withBoth.prometheus, withBoth.containers.consumer]).toEqual([
      "http://127.0.0.1:18080",
      "http://127.0.0.1:19090",
      ["kafka-iot-sim-dev-dashboard", "kafka-iot-sim-dev-prometheus"],
    ]);
  });

  it("refuses a wrong configuration in Pulumi's way, and declares nothing", async () => {
    const failure = await run({ brokers: "many" }).catch((error: unknown) => error);
    expect(pulumi.RunError.isInstance(failure)).toBe(true);
    expect((failure as Error).message).toContain('brokers: found "many"; write a whole number from 1 to 9');
    expect(resources).toEqual([]);
  });
});
