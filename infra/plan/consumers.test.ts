import { describe, expect, it } from "vitest";
import { environmentLines } from "../../contract/environment/variables";
import { instancesIn, planOf } from "../testing/plan";

/** The fields that all consumers have in common. */
const app = (type: string) => ({
  role: "consumer",
  image: "app",
  command: ["node", `/app/${type}.js`],
  user: "node",
  ports: [{ name: "metrics", port: 9_464 }],
  ready: { probe: { http: { port: 9_464, path: "/healthz" } }, startTimeoutSeconds: 90 },
  scratch: [{ path: "/tmp", megabytes: 16 }],
  files: [],
  readOnlyRoot: true,
  runs: "always",
  after: ["topic-init"],
  rollsOneAtATime: false,
});

describe("consumers", () => {
  it("the dashboard has memory for the sensors of all devices that it shows", () => {
    const memory = (devices: unknown) =>
      planOf({ devices, consumers: [{ type: "dashboard" }] }).consumers.map((dashboard) => [
        dashboard.sensors,
        dashboard.memoryMegabytes,
      ]);
    expect(memory(3)).toEqual([[9, 256]]);
    expect(memory([{ name: "meter", count: 10_000, sensors: 3 }, { name: "pump" }])).toEqual([[30_003, 640]]);
  });

  it("consumers get the topics that they read, and the lake all topics of the stack", () => {
    const { consumers, lake } = planOf({
      devices: 3,
      consumers: [{ type: "console", name: "watch", devices: ["device-2"] }, { type: "lake" }],
    });
    expect(
      instancesIn(consumers).map((each) => ({ ...each, environment: environmentLines(each.environment) })),
    ).toEqual([
      {
        ...app("console"),
        name: "watch",
        type: "console",
        environment: [
          "CONSUMER_GROUP=kafka-iot-sim-watch",
          "CONSUMER_NAME=watch",
          "CONSUMER_TOPICS=device-2",
          "FORCE_COLOR=1",
          "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
          "LOG_FORMAT=pretty",
          "METRICS_PORT=9464",
        ],
        sensors: 3,
        memoryMegabytes: 192,
        expectedMegabytes: 50,
        volumes: [],
        stopGraceSeconds: 10,
      },
      {
        ...app("lake"),
        name: "lake",
        type: "lake",
        environment: [
          "CONSUMER_GROUP=kafka-iot-sim-lake",
          "CONSUMER_NAME=lake",
          "CONSUMER_TOPICS=device-1,device-2,device-3",
          "FORCE_COLOR=1",
          "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
          "LAKE_CHECKPOINT_EVERY=10",
          "LAKE_COMPACT_AFTER_MS=120000",
          "LAKE_DEAD_LETTERS_PATH=/app/delta_lake/dead_letters",
          "LAKE_FLUSH_INTERVAL_MS=10000",
          "LAKE_FLUSH_ROWS=250000",
          "LAKE_ON_LOST_OFFSETS=stop",
          "LAKE_PLANNED_TOPICS=device-1,device-2,device-3",
          "LAKE_RETENTION_MS=604800000",
          "LAKE_TABLE_PATH=/app/delta_lake/bronze",
          "LOG_FORMAT=pretty",
          "MALLOC_ARENA_MAX=2",
          "METRICS_PORT=9464",
          "NODE_OPTIONS=--max-old-space-size=256 --max-semi-space-size=4 --v8-pool-size=1",
        ],
        sensors: 9,
        memoryMegabytes: 512,
        expectedMegabytes: 250,
        volumes: [{ name: "lake", path: "/app/delta_lake" }],
        stopGraceSeconds: 30,
      },
    ]);
    expect(lake).toEqual({
      volume: "lake",
      mountPath: "/app/delta_lake",
      table: "/app/delta_lake/bronze",
      deadLetters: "/app/delta_lake/dead_letters",
    });
  });

  it("the lake gets its settings from the configuration", () => {
    const lake = {
      flushInterval: "1s",
      flushRows: 5,
      checkpointEvery: 3,
      compactAfter: "never",
      retention: "30d",
      onLostOffsets: "new-incarnation",
    };
    const [consumer] = planOf({ consumers: [{ type: "lake" }], lake }).consumers;
    expect(environmentLines(consumer?.environment ?? {}).filter((line) => line.startsWith("LAKE_"))).toEqual([
      "LAKE_CHECKPOINT_EVERY=3",
      "LAKE_COMPACT_AFTER_MS=0",
      "LAKE_DEAD_LETTERS_PATH=/app/delta_lake/dead_letters",
      "LAKE_FLUSH_INTERVAL_MS=1000",
      "LAKE_FLUSH_ROWS=5",
      "LAKE_ON_LOST_OFFSETS=new-incarnation",
      "LAKE_PLANNED_TOPICS=device-1,device-2,device-3",
      "LAKE_RETENTION_MS=2592000000",
      "LAKE_TABLE_PATH=/app/delta_lake/bronze",
    ]);
  });

  it("replicas are one Kafka group, and each has a name of its own", () => {
    const { consumers } = planOf({ consumers: [{ type: "lake", name: "rows", replicas: 3 }] });
    expect(consumers.map(({ shards }) => shards?.count)).toEqual([3]);
    expect(
      instancesIn(consumers).map(({ name, environment, volumes }) => ({
        name,
        names: environmentLines(environment).filter((line) => /^CONSUMER_(NAME|GROUP)=/.test(line)),
        volumes,
      })),
    ).toEqual([
      {
        name: "rows",
        names: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows"],
        volumes: [{ name: "lake", path: "/app/delta_lake" }],
      },
      {
        name: "rows-2",
        names: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows-2"],
        volumes: [{ name: "lake", path: "/app/delta_lake" }],
      },
      {
        name: "rows-3",
        names: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows-3"],
        volumes: [{ name: "lake", path: "/app/delta_lake" }],
      },
    ]);
  });

  it.each([1, 2, 15])("only the last replicas go when 16 become %d", (replicas) => {
    const of = (count: number) =>
      instancesIn(planOf({ consumers: [{ type: "lake", replicas: count }] }).consumers);
    expect(of(replicas)).toEqual(of(16).slice(0, replicas));
  });

  it("the table's volume stays while no consumer is a lake", () => {
    expect(planOf({ consumers: [{ type: "console" }] }).lake.volume).toBe("lake");
  });
});
