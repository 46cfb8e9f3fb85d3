import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { BrokerSyncEnvironment } from "./broker-sync";
import {
  ConsumerEnvironment,
  EnvironmentError,
  parseEnvironment,
  type ProcessEnvironment,
  writeEnvironment,
} from "./variables";
import { DeviceEnvironment } from "./device";
import { LakeEnvironment } from "./lake";
import { managedTopicConfigs, TopicInitEnvironment } from "./topic-init";

const asProcess = (lines: readonly string[]): ProcessEnvironment =>
  Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

const common = {
  KAFKA_BOOTSTRAP_SERVERS: ["b-1:29092", "b-2:29092"],
  LOG_FORMAT: "json" as const,
  METRICS_PORT: 9464,
};
const consumer = {
  ...common,
  CONSUMER_NAME: "console",
  CONSUMER_GROUP: "kafka-iot-sim.dev.console",
  CONSUMER_TOPICS: ["device-1", "device-2"],
};

const environments: [string, z.ZodObject, Record<string, unknown>][] = [
  [
    "device",
    DeviceEnvironment,
    {
      ...common,
      DEVICE_NAME: "device=with=equals",
      DEVICE_TOPIC: "topic-1",
      DEVICE_SHARES_TOPIC: true,
      DEVICE_SENSORS: [
        {
          name: 'quote " , and ü',
          interval: 10,
          jitter: 5,
          model: { type: "sine", mean: 1, amplitude: 2, period: 60_000, phase: 0, noise: 0.5 },
          unit: "°C",
          precision: 2,
          min: -1.5,
          max: 1e6,
          faults: [{ type: "stuck", probability: 0.1, for: 60_000 }],
        },
        {
          name: "s",
          interval: 86_400_000,
          jitter: 0,
          model: { type: "derived", expression: "a + b", noise: 0 },
          faults: [],
        },
      ],
      DEVICE_FIRST_NUMBER: 1001,
      DEVICE_COUNT: 500,
      DEVICE_CONTAINER: "meter-fleet-3",
      DEVICE_FAULTS: [{ type: "offline", at: ["06:30"], for: 60_000, meanwhile: "lose" }],
      DEVICE_TAGS: { site: "north", rack: 7, spare: false },
      DEVICE_MESSAGE_BYTES: 512,
      DEVICE_SEED: "42",
      DEVICE_BACKFILL_MS: 86_400_000,
      DEVICE_BACKFILL_FROM_MS: 1_795_392_000_000,
      DEVICE_SPEED: 60,
      DEVICE_MAX_RATE: 1_000,
      DEVICE_COMPRESSION: "zstd",
      DEVICE_BUFFER_LIMIT: 5,
      DEVICE_BUFFER_KEEPS: "oldest",
    },
  ],
  [
    "topic-init",
    TopicInitEnvironment,
    {
      ...common,
      TOPIC_INIT_TOPICS: [
        {
          name: "device-1",
          partitions: 3,
          replicationFactor: 2,
          minInsyncReplicas: 1,
          config: { "retention.ms": "3600000" },
        },
      ],
      TOPIC_INIT_INTERNAL_TOPICS: [
        {
          name: "__consumer_offsets",
          partitions: 5,
          replicationFactor: 3,
          minInsyncReplicas: 2,
          config: { "cleanup.policy": "compact" },
        },
      ],
      TOPIC_INIT_BROKERS: 3,
      TOPIC_INIT_RUN: 4,
      TOPIC_INIT_VOTERS: [
        { nodeId: 1, host: "broker-1", port: 9093 },
        { nodeId: 2, host: "broker-2", port: 9093 },
      ],
      TOPIC_INIT_TIMEOUT_MS: 60_000,
    },
  ],
  [
    "broker-sync",
    BrokerSyncEnvironment,
    {
      ...common,
      BROKER_SYNC_BROKERS: 3,
      BROKER_SYNC_ID: 2,
      BROKER_SYNC_CONTAINER: "4f5e6d7c8b9a",
      BROKER_SYNC_TIMEOUT_MS: 600_000,
    },
  ],
  ["console", ConsumerEnvironment, consumer],
  ["a consumer without topics", ConsumerEnvironment, { ...consumer, CONSUMER_TOPICS: [] }],
  [
    "lake",
    LakeEnvironment,
    {
      ...consumer,
      LAKE_TABLE_PATH: "/app/delta_lake/bronze",
      LAKE_DEAD_LETTERS_PATH: "/app/delta_lake/dead_letters",
      LAKE_PLANNED_TOPICS: ["device-1", "device-2", "device-3"],
      LAKE_FLUSH_INTERVAL_MS: 10_000,
      LAKE_FLUSH_ROWS: 100_000,
      LAKE_FLUSH_BYTES: 29_360_128,
      LAKE_CHECKPOINT_EVERY: 7,
      LAKE_COMPACT_AFTER_MS: 0,
      LAKE_RETENTION_MS: 31_536_000_000,
      LAKE_ON_LOST_OFFSETS: "new-incarnation" as const,
    },
  ],
];

describe("an environment that infra writes can be read by its app", () => {
  it.each(environments)("%s", (_app, schema, settings) => {
    const lines = writeEnvironment(schema, settings);
    expect(lines).toEqual(lines.toSorted());
    expect(parseEnvironment(schema, asProcess(lines))).toEqual(settings);
  });
});

describe("an invalid environment", () => {
  const problemsOf = (environment: ProcessEnvironment, schema: z.ZodObject = DeviceEnvironment): string[] => {
    try {
      parseEnvironment(schema, environment);
    } catch (error) {
      if (error instanceof EnvironmentError) return error.message.split("\n").slice(1);
    }
    return [];
  };
  const good = {
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9092",
    DEVICE_NAME: "device-1",
    DEVICE_TOPIC: "device-1",
    DEVICE_SENSORS: '[{"name":"sensor_1","interval":1000}]',
  };

  it("is reported completely, with one line for each problem", () => {
    expect(
      problemsOf({ ...good, DEVICE_NAME: undefined, LOG_FORMAT: "xml", DEVICE_BUFFER_LIMIT: "-1" }),
    ).toEqual([
      '  - LOG_FORMAT: found "xml"; set it to pretty or json',
      "  - DEVICE_NAME: found nothing; set it to the device's name",
      '  - DEVICE_BUFFER_LIMIT: found "-1"; set it to a whole number from 1 to 10000000',
    ]);
  });

  it.each(["", "127.0.0.1", "a:9092,b", "a:x", ":9092"])(
    "has brokers without a host and a port: %j",
    (servers) => {
      expect(problemsOf({ ...good, KAFKA_BOOTSTRAP_SERVERS: servers }).join()).toContain("host:port");
    },
  );

  it("takes the defaults for what is left out", () => {
    expect(parseEnvironment(DeviceEnvironment, good)).toMatchObject({
      LOG_FORMAT: "pretty",
      DEVICE_SHARES_TOPIC: false,
      DEVICE_BUFFER_LIMIT: 100_000,
    });
  });

  const goodTopicInit = {
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9092",
    TOPIC_INIT_TOPICS: '[{"names":["a"],"partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]',
    TOPIC_INIT_BROKERS: "1",
  };

  it.each(["", "1", "1@a", "1@a:9093,", "a@a:9093", "1@a:9093,1@b:9093", "1@a:0", "1@a:70000"])(
    "has voters that are no nodes with an address: %j",
    (voters) => {
      expect(problemsOf({ ...goodTopicInit, TOPIC_INIT_VOTERS: voters }, TopicInitEnvironment)).toHaveLength(
        1,
      );
    },
  );

  it("takes only Kafka's own topics for internal ones", () => {
    const internal = '[{"name":"a","partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]';
    expect(
      problemsOf({ ...goodTopicInit, TOPIC_INIT_INTERNAL_TOPICS: internal }, TopicInitEnvironment),
    ).toEqual([
      '  - TOPIC_INIT_INTERNAL_TOPICS[0].name: found "a"; set it to __consumer_offsets or __transaction_state',
    ]);
  });

  it("holds a thousand topics with all their settings in a variable of at most 128 KiB", () => {
    const config = Object.fromEntries(managedTopicConfigs.map((name) => [name, "1000000000"]));
    const topic = { partitions: 100, replicationFactor: 3, minInsyncReplicas: 2, config };
    const topics = Array.from({ length: 1000 }, (_, index) => ({
      name: `a-rather-long-name-of-a-device-${index}`,
      ...topic,
    }));
    const settings = {
      KAFKA_BOOTSTRAP_SERVERS: ["127.0.0.1:9092"],
      TOPIC_INIT_TOPICS: topics,
      TOPIC_INIT_BROKERS: 3,
    };
    const written = writeEnvironment(TopicInitEnvironment, settings);
    expect(written.filter((line) => line.length >= 128 * 1024)).toEqual([]);
    expect(parseEnvironment(TopicInitEnvironment, asProcess(written))).toMatchObject(settings);
  });

  it("takes the defaults of the topics for what is left out", () => {
    const { TOPIC_INIT_VOTERS, ...settings } = parseEnvironment(TopicInitEnvironment, goodTopicInit);
    expect(TOPIC_INIT_VOTERS).toBeUndefined();
    expect(settings).toMatchObject({
      TOPIC_INIT_TOPICS: [{ name: "a", config: {} }],
      TOPIC_INIT_INTERNAL_TOPICS: [],
      TOPIC_INIT_TIMEOUT_MS: 60_000,
    });
  });

  const goodLake = {
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9092",
    CONSUMER_NAME: "lake",
    CONSUMER_GROUP: "kafka-iot-sim-lake",
    CONSUMER_TOPICS: "device-1",
    LAKE_PLANNED_TOPICS: "device-1",
  };

  it("is reported for settings of the lake outside their bounds", () => {
    const outside = {
      LAKE_DEAD_LETTERS_PATH: "",
      LAKE_FLUSH_INTERVAL_MS: "99",
      LAKE_FLUSH_ROWS: "0",
      LAKE_CHECKPOINT_EVERY: "10001",
      LAKE_COMPACT_AFTER_MS: "never",
      LAKE_RETENTION_MS: "999",
      LAKE_ON_LOST_OFFSETS: "go on",
    };
    expect(problemsOf({ ...goodLake, ...outside }, LakeEnvironment)).toEqual([
      '  - LAKE_DEAD_LETTERS_PATH: found ""; set it to the directory of the Delta table of dead letters',
      '  - LAKE_FLUSH_INTERVAL_MS: found "99"; set it to a whole number from 100 to 3600000',
      '  - LAKE_FLUSH_ROWS: found "0"; set it to a whole number from 1 to 10000000',
      '  - LAKE_CHECKPOINT_EVERY: found "10001"; set it to a whole number from 1 to 10000',
      '  - LAKE_COMPACT_AFTER_MS: found "never"; set it to a whole number from 0 to 604800000',
      '  - LAKE_RETENTION_MS: found "999"; set it to a whole number from 1000 to 31536000000',
      '  - LAKE_ON_LOST_OFFSETS: found "go on"; set it to stop or new-incarnation',
    ]);
  });

  it("still takes new-lineage, the old name of new-incarnation", () => {
    const environment = { ...goodLake, LAKE_ON_LOST_OFFSETS: "new-lineage" };
    expect(parseEnvironment(LakeEnvironment, environment).LAKE_ON_LOST_OFFSETS).toBe("new-incarnation");
  });

  it("takes the lake's defaults for what is left out", () => {
    expect(parseEnvironment(LakeEnvironment, goodLake)).toMatchObject({
      LAKE_TABLE_PATH: "/app/delta_lake/bronze",
      LAKE_DEAD_LETTERS_PATH: "/app/delta_lake/dead_letters",
      LAKE_FLUSH_INTERVAL_MS: 10_000,
      LAKE_FLUSH_ROWS: 250_000,
      LAKE_FLUSH_BYTES: 29_360_128,
      LAKE_CHECKPOINT_EVERY: 10,
      LAKE_COMPACT_AFTER_MS: 120_000,
      LAKE_RETENTION_MS: 604_800_000,
      LAKE_ON_LOST_OFFSETS: "stop",
    });
  });
});
