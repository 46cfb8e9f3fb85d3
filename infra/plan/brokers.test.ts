import { describe, expect, it } from "vitest";
import { propertyVariable } from "../model/cluster";
import { planOf } from "../testing/plan";

describe("brokers", () => {
  it("a single broker has all of its settings", () => {
    expect(planOf({}).brokers).toEqual([
      {
        id: 1,
        name: "broker-1",
        role: "broker",
        image: "kafka",
        user: "appuser",
        externalAddress: "127.0.0.1:9092",
        hostPort: 9_092,
        environment: {
          KAFKA_ADVERTISED_LISTENERS: "INTERNAL://kafka-iot-sim-dev-broker-1:29092,EXTERNAL://127.0.0.1:9092",
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
          KAFKA_BROKER_ID: "1",
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
          KAFKA_HEAP_OPTS: "-Xms256m -Xmx384m",
          KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
          KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
          KAFKA_LISTENERS: "INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092",
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
          KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: "16777216",
          KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "3",
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
          KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: "3",
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
          KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false",
          KAFKA_ZOOKEEPER_CONNECT: "kafka-iot-sim-dev-zookeeper-1:2181",
          KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS: "6000",
        },
        memoryMegabytes: 896,
        expectedMegabytes: 534,
        ports: [
          { name: "internal", port: 29_092 },
          { name: "external", port: 9_092, hostPort: 9_092 },
        ],
        sharedName: "kafka",
        ready: { probe: { tcp: { port: 29_092 } }, startTimeoutSeconds: 120 },
        volumes: [{ name: "broker-1-data", path: "/var/lib/kafka/data" }],
        scratch: [{ path: "/etc/kafka/secrets", megabytes: 1 }],
        files: [],
        readOnlyRoot: false,
        stopGraceSeconds: 30,
        runs: "always",
        after: ["zookeeper-1"],
        rollsOneAtATime: true,
      },
    ]);
  });

  it.each(["zookeeper", "kraft"])("brokers stay unchanged when others are added (%s)", (coordination) => {
    const three = planOf({ brokers: 3, coordination }).brokers;
    for (const brokers of [1, 2])
      expect(three.slice(0, brokers)).toEqual(planOf({ brokers, coordination }).brokers);
    const nine = planOf({ brokers: 9, coordination }).brokers;
    expect(nine.slice(0, 5)).toEqual(planOf({ brokers: 5, coordination }).brokers);
  });

  it("brokers have consecutive ids and host ports", () => {
    const { brokers } = planOf({ brokers: 3, hostPort: 19_092 }, "lab");
    expect(
      brokers.map(({ id, name, hostPort, externalAddress, environment }) => [
        id,
        name,
        hostPort,
        externalAddress,
        /INTERNAL:\/\/([^:,]+)/.exec(environment["KAFKA_ADVERTISED_LISTENERS"] ?? "")?.[1],
      ]),
    ).toEqual([
      [1, "broker-1", 19_092, "127.0.0.1:19092", "kafka-iot-sim-lab-broker-1"],
      [2, "broker-2", 19_093, "127.0.0.1:19093", "kafka-iot-sim-lab-broker-2"],
      [3, "broker-3", 19_094, "127.0.0.1:19094", "kafka-iot-sim-lab-broker-3"],
    ]);
  });

  it("brokers get Kafka's properties as the image takes them, and the configured heap", () => {
    const { brokers } = planOf({
      brokers: 2,
      kafka: { heap: "1GB", properties: { "log.retention.hours": 24, "num.io.threads": 4 } },
    });
    expect(
      brokers.map(({ environment, memoryMegabytes }) => [
        environment["KAFKA_LOG_RETENTION_HOURS"],
        environment["KAFKA_NUM_IO_THREADS"],
        environment["KAFKA_HEAP_OPTS"],
        memoryMegabytes,
      ]),
    ).toEqual([
      ["24", "4", "-Xms256m -Xmx1024m", 1_536],
      ["24", "4", "-Xms256m -Xmx1024m", 1_536],
    ]);
  });

  it("each of several brokers has a job that waits for it; a single broker has none", () => {
    expect(planOf({}).brokerSyncs).toEqual([]);
    expect(planOf({ brokers: 2 }).brokerSyncs).toEqual(
      [1, 2].map((id) => ({
        brokerId: id,
        name: `broker-${id}-sync`,
        role: "broker-sync",
        image: "app",
        command: ["node", "/app/broker-sync.js"],
        user: "node",
        environment: {
          KAFKA_BOOTSTRAP_SERVERS: "kafka:29092",
          LOG_FORMAT: "pretty",
          BROKER_SYNC_BROKERS: "2",
          BROKER_SYNC_ID: String(id),
        },
        lateEnvironment: { BROKER_SYNC_CONTAINER: { kind: "instance-id", of: `broker-${id}` } },
        memoryMegabytes: 128,
        ports: [],
        volumes: [],
        scratch: [{ path: "/tmp", megabytes: 16 }],
        files: [],
        readOnlyRoot: true,
        stopGraceSeconds: 10,
        runs: "once",
        after: [`broker-${id}`],
        rollsOneAtATime: false,
      })),
    );
  });
});

describe("propertyVariable", () => {
  it.each([
    ["log.retention.ms", "KAFKA_LOG_RETENTION_MS"],
    ["a_b.c-d", "KAFKA_A__B_C___D"],
  ])("writes %s as %s", (property, variable) => {
    expect(propertyVariable(property)).toBe(variable);
  });
});
