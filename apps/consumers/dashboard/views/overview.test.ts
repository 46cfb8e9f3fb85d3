import { describe, expect, it } from "vitest";
import type { StackMap } from "../../../../contract/environment/stack-map";
import { ConsumerMetrics } from "../containers/consumer-metrics";
import type { Condition, ReconciliationTotals } from "../../../../contract/frames/frames";
import { Catalog } from "../topics/catalog";
import { Latencies, Rates } from "../topics/rates";
import { overviewFrame, type OverviewSources } from "./overview";
import { FakeCluster } from "../cluster/testing/fake-cluster";

const map: StackMap = {
  stack: "dev",
  coordination: "zookeeper",
  coordinators: ["zookeeper-1"],
  brokers: [{ id: 1, name: "broker-1" }],
  devices: [
    { name: "meter", fleets: [{ name: "meter-fleet-1", first: 1, count: 3 }] },
    ...Array.from({ length: 20 }, (_, at) => ({ name: `pump-${at}` })),
  ],
  consumers: [
    { name: "lake", type: "lake", group: "kafka-iot-sim-lake" },
    { name: "lake-2", type: "lake", group: "kafka-iot-sim-lake" },
    { name: "prometheus", type: "prometheus" },
  ],
};

const twoBrokers = () => new FakeCluster().addBroker(1).addBroker(2, { condition: "unreachable" });

function sources(more: Partial<OverviewSources> = {}): OverviewSources {
  return {
    map,
    catalog: new Catalog(map.devices),
    deviceRates: new Rates(),
    topics: ["meter", "pump-0"],
    topicRates: new Rates(),
    latencies: new Latencies(),
    cluster: twoBrokers(),
    containerOf: (name) => ({ name, condition: "healthy", sinceMs: 5 }),
    consumerMetrics: new ConsumerMetrics(map.consumers.map(({ name }) => name)),
    lake: () => null,
    conservation: () => ({ missing: 3 }) as ReconciliationTotals,
    ...more,
  };
}

function perSecond(rates: Rates, ...of: readonly [index: number, perSecond: number][]): void {
  rates.tick(0);
  for (const [index, events] of of) rates.add(index, events);
  rates.tick(1_000);
}

describe("the overview", () => {
  it("lists the planned parts before anything is known", () => {
    const frame = overviewFrame(sources({ cluster: new FakeCluster(), containerOf: () => undefined }), 7);
    expect(frame).toMatchObject({
      stack: "dev",
      nowMs: 7,
      coordination: "zookeeper",
      lake: null,
      conservation: { missing: 3 },
    });
    expect(frame.totals).toEqual({
      devices: 23,
      sensors: 0,
      topics: 2,
      partitions: 0,
      underReplicated: 0,
      leaderless: 0,
      messages: 0,
      messagesPerSecond: 0,
      latencyMs: null,
    });
    expect(frame.deviceContainers).toMatchObject({
      total: 21,
      byCondition: { unknown: 21, healthy: 0, sick: 0, unreachable: 0 },
    });
    expect(frame.consumers[2]).toEqual({
      name: "prometheus",
      condition: "unknown",
      sinceMs: 0,
      type: "prometheus",
      group: undefined,
      messagesPerSecond: null,
      lag: null,
    });
  });

  it("counts the partitions of brokers", () => {
    const given = sources();
    const cluster = twoBrokers()
      .addPartition("meter", { leader: 1, replicas: [1, 2], inSync: [1], bounds: [10, 110] })
      .addPartition("meter", { leader: null, replicas: [2], inSync: [], bounds: [0, 5] })
      .addPartition("pump-0", { leader: 1, replicas: [1], inSync: [1] });
    perSecond(given.topicRates, [0, 100], [1, 7]);
    const { brokers, totals } = overviewFrame({ ...given, cluster }, 0);
    expect(brokers).toEqual([
      {
        id: 1,
        name: "broker-1",
        condition: "healthy",
        sinceMs: 0,
        leads: 2,
        inSync: 2,
        replicas: 2,
        messagesPerSecond: 57,
      },
      {
        id: 2,
        name: "broker-2",
        condition: "unreachable",
        sinceMs: 0,
        leads: 0,
        inSync: 0,
        replicas: 2,
        messagesPerSecond: 0,
      },
    ]);
    expect(totals).toMatchObject({
      partitions: 3,
      underReplicated: 2,
      leaderless: 1,
      messages: 105,
      messagesPerSecond: 107,
    });
  });

  it("shows some containers of devices, unhealthy ones first", () => {
    const conditions: Record<string, Condition> = {
      "pump-7": "sick",
      "pump-19": "unreachable",
      "pump-3": "unknown",
    };
    const given = sources({
      containerOf: (name) => ({ name, condition: conditions[name] ?? "healthy", sinceMs: 5 }),
    });
    perSecond(given.deviceRates, [0, 1], [2, 2], [3, 4]);
    const { deviceContainers } = overviewFrame(given, 0);
    expect(deviceContainers.byCondition).toEqual({ healthy: 18, sick: 1, unreachable: 1, unknown: 1 });
    expect(deviceContainers.shown).toHaveLength(12);
    expect(deviceContainers.shown.slice(0, 5)).toEqual([
      { name: "pump-19", condition: "unreachable", sinceMs: 5, devices: 1, messagesPerSecond: 0 },
      { name: "pump-7", condition: "sick", sinceMs: 5, devices: 1, messagesPerSecond: 0 },
      { name: "pump-3", condition: "unknown", sinceMs: 5, devices: 1, messagesPerSecond: 0 },
      { name: "meter-fleet-1", condition: "healthy", sinceMs: 5, devices: 3, messagesPerSecond: 3 },
      { name: "pump-0", condition: "healthy", sinceMs: 5, devices: 1, messagesPerSecond: 4 },
    ]);
  });

  it("shows the rate and lag of consumers", () => {
    const given = sources();
    const lag = { "kafka-iot-sim-lake": 4 };
    const cluster = twoBrokers()
      .addPartition("meter", { lag })
      .addPartition("meter", { lag })
      .addPartition("pump-0", { lag: { other: 9, "kafka-iot-sim-lake": 0 } });
    given.consumerMetrics.take("lake-2", "kafka_iot_sim_consumer_messages_read_total 0");
    given.consumerMetrics.tick(0);
    given.consumerMetrics.take("lake-2", "kafka_iot_sim_consumer_messages_read_total 5");
    given.consumerMetrics.take("lake-2", "kafka_iot_sim_consumer_messages_read_total 25");
    given.consumerMetrics.tick(1_000);
    const { consumers } = overviewFrame({ ...given, cluster }, 0);
    expect(
      consumers.map(({ name, messagesPerSecond, lag: behind }) => [name, messagesPerSecond, behind]),
    ).toEqual([
      ["lake", null, 8],
      ["lake-2", 25, 8],
      ["prometheus", null, null],
    ]);
    // Of one partition it is not known: no number is right.
    const partly = cluster.addPartition("pump-0", {});
    expect(
      overviewFrame({ ...given, cluster: partly }, 0).consumers.map(({ lag: behind }) => behind),
    ).toEqual([null, null, null]);
    const own = map.consumers.map((consumer) => ({ ...consumer, topics: ["meter"] }));
    const restricted = overviewFrame({ ...given, map: { ...map, consumers: own }, cluster: partly }, 0);
    expect(restricted.consumers[0]?.lag).toBe(8);
  });

  it("shows the latency of observations", () => {
    const given = sources();
    for (let at = 1; at <= 100; at++) given.latencies.add(1_000, at);
    expect(overviewFrame(given, 2_000).totals.latencyMs).toEqual({ p50: 50, p99: 99 });
  });
});
