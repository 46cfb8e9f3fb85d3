import { describe, expect, it } from "vitest";
import { specOf } from "../testing/config";
import { propertyVariable } from "../model/cluster";
import { planStack } from "./stack";

const plan = (raw: Record<string, unknown>, stack = "dev") => planStack(specOf(raw, stack));

describe("brokers", () => {
  it("one is planned with all of its settings", () => {
    expect(plan({}).brokers).toEqual([
      {
        id: 1,
        container: "kafka-iot-sim-dev-broker-1",
        externalAddress: "127.0.0.1:9092",
        externalPort: 9_092,
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
        dataVolume: "kafka-iot-sim-dev-broker-1-data",
      },
    ]);
  });

  it.each(["zookeeper", "kraft"])("are left as they are when others come (%s)", (coordination) => {
    const three = plan({ brokers: 3, coordination }).brokers;
    for (const brokers of [1, 2])
      expect(three.slice(0, brokers)).toEqual(plan({ brokers, coordination }).brokers);
    const nine = plan({ brokers: 9, coordination }).brokers;
    expect(nine.slice(0, 5)).toEqual(plan({ brokers: 5, coordination }).brokers);
  });

  it("have ids and host ports one after the other", () => {
    const { brokers } = plan({ brokers: 3, hostPort: 19_092 }, "lab");
    expect(
      brokers.map(({ id, container, hostPort, externalAddress }) => [
        id,
        container,
        hostPort,
        externalAddress,
      ]),
    ).toEqual([
      [1, "kafka-iot-sim-lab-broker-1", 19_092, "127.0.0.1:19092"],
      [2, "kafka-iot-sim-lab-broker-2", 19_093, "127.0.0.1:19093"],
      [3, "kafka-iot-sim-lab-broker-3", 19_094, "127.0.0.1:19094"],
    ]);
  });

  it("are given Kafka's properties in the image's way of writing them, and heap as asked for", () => {
    const { brokers } = plan({
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

  it("alone are waited for by nobody; of several each is", () => {
    expect(plan({}).brokerSyncs).toEqual([]);
    expect(plan({ brokers: 2 }).brokerSyncs).toEqual(
      [1, 2].map((id) => ({
        name: `broker-${id}-sync`,
        container: `kafka-iot-sim-dev-broker-${id}-sync`,
        environment: {
          KAFKA_BOOTSTRAP_SERVERS: ["kafka:29092"],
          LOG_FORMAT: "pretty",
          BROKER_SYNC_BROKERS: 2,
          BROKER_SYNC_ID: id,
        },
      })),
    );
  });
});

describe("a property's variable", () => {
  it.each([
    ["log.retention.ms", "KAFKA_LOG_RETENTION_MS"],
    ["a_b.c-d", "KAFKA_A__B_C___D"],
  ])("of %s is %s", (property, variable) => {
    expect(propertyVariable(property)).toBe(variable);
  });
});

describe("KRaft", () => {
  const voters = (brokers: number) =>
    plan({ brokers, coordination: "kraft" }).topicInit.environment.TOPIC_INIT_VOTERS?.map(
      ({ nodeId, host, port }) => `${nodeId}@${host}:${port}`,
    );
  const formatOf = ({ command }: { readonly command?: readonly string[] }) => command?.at(-1);

  it("needs no ZooKeeper, neither its containers nor its image", () => {
    const { zookeepers, images, coordination } = plan({ coordination: "kraft" });
    expect([zookeepers, Object.keys(images), coordination]).toEqual([[], ["kafka", "node"], "kraft"]);
  });

  it("has brokers that are controllers too, up to three", () => {
    const { brokers, controllers } = plan({ coordination: "kraft", brokers: 3 });
    expect(controllers).toEqual([]);
    const container = "kafka-iot-sim-dev-broker-2";
    expect(brokers[1]?.environment).toMatchObject({
      KAFKA_NODE_ID: "2",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: [1, 2, 3]
        .map((id) => `kafka-iot-sim-dev-broker-${id}:9093`)
        .join(","),
      KAFKA_LISTENERS: "INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093",
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://${container}:29092,EXTERNAL://127.0.0.1:9093,CONTROLLER://${container}:9093`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    });
    for (const { environment } of brokers) {
      expect(Object.keys(environment).filter((name) => name.includes("ZOOKEEPER"))).toEqual([]);
      expect(environment).not.toHaveProperty("KAFKA_BROKER_ID");
    }
    expect(brokers.map(formatOf)).toEqual([
      "--standalone",
      "--no-initial-controllers",
      "--no-initial-controllers",
    ]);
  });

  it("has three controllers of their own beyond, and brokers that are only that", () => {
    const { brokers, controllers } = plan({ coordination: "kraft", brokers: 4 });
    expect(controllers.map(({ name, nodeId, container }) => [name, nodeId, container])).toEqual([
      ["controller-1", 101, "kafka-iot-sim-dev-controller-1"],
      ["controller-2", 102, "kafka-iot-sim-dev-controller-2"],
      ["controller-3", 103, "kafka-iot-sim-dev-controller-3"],
    ]);
    const bootstrapServers = [1, 2, 3].map((id) => `kafka-iot-sim-dev-controller-${id}:9093`).join(",");
    expect(controllers[0]?.environment).toEqual({
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: bootstrapServers,
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
      KAFKA_HEAP_OPTS: "-Xms256m -Xmx256m",
      KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
      KAFKA_LISTENERS: "CONTROLLER://0.0.0.0:9093",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT",
      KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: "16777216",
      KAFKA_NODE_ID: "101",
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "3",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_PROCESS_ROLES: "controller",
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: "3",
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
      KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false",
    });
    expect(controllers.map(formatOf)).toEqual([
      "--standalone",
      "--no-initial-controllers",
      "--no-initial-controllers",
    ]);
    for (const broker of brokers) {
      expect(formatOf(broker)).toBe("--no-initial-controllers");
      expect(broker.environment).toMatchObject({
        KAFKA_PROCESS_ROLES: "broker",
        KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: bootstrapServers,
        KAFKA_LISTENERS: "INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092",
      });
    }
  });

  it("gives controllers of their own the properties of brokers, some of which only controllers read", () => {
    const properties = { "num.partitions": 6, "log.cleaner.dedupe.buffer.size": 33_554_432 };
    const { brokers, controllers } = plan({ brokers: 4, coordination: "kraft", kafka: { properties } });
    for (const { environment } of [...brokers, ...controllers])
      expect(environment).toMatchObject({
        KAFKA_NUM_PARTITIONS: "6",
        KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: "33554432",
        KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
      });
  });

  it("lets one node vote, or three: two would be no safer than one", () => {
    const broker = (id: number) => `${id}@kafka-iot-sim-dev-broker-${id}:9093`;
    const controller = (number: number) => `${100 + number}@kafka-iot-sim-dev-controller-${number}:9093`;
    expect(voters(1)).toEqual([broker(1)]);
    expect(voters(2)).toEqual([broker(1)]);
    expect(voters(3)).toEqual([1, 2, 3].map(broker));
    expect(voters(5)).toEqual([1, 2, 3].map(controller));
    expect(plan({}).topicInit.environment.TOPIC_INIT_VOTERS).toBeUndefined();
  });
});

describe("Kafka's own topics", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 2],
    [5, 3, 2],
  ])(
    "of %d brokers have %d copies and need %d for a write",
    (brokers, replicationFactor, minInsyncReplicas) => {
      const measures = { partitions: 3, replicationFactor, minInsyncReplicas };
      expect(plan({ brokers }).topicInit.environment.TOPIC_INIT_INTERNAL_TOPICS).toEqual([
        {
          name: "__consumer_offsets",
          ...measures,
          config: {
            "cleanup.policy": "compact",
            "segment.bytes": "104857600",
            "compression.type": "producer",
          },
        },
        {
          name: "__transaction_state",
          ...measures,
          config: {
            "cleanup.policy": "compact",
            "segment.bytes": "104857600",
            "compression.type": "uncompressed",
            "unclean.leader.election.enable": "false",
          },
        },
      ]);
    },
  );
});

describe("ZooKeeper", () => {
  it("alone is told of no ensemble", () => {
    expect(plan({}).zookeepers).toEqual([
      {
        id: 1,
        container: "kafka-iot-sim-dev-zookeeper-1",
        address: "kafka-iot-sim-dev-zookeeper-1:2181",
        environment: {
          KAFKA_HEAP_OPTS: "-Xms64m -Xmx128m",
          ZOOKEEPER_CLIENT_PORT: "2181",
          ZOOKEEPER_TICK_TIME: "2000",
        },
        dataVolume: "kafka-iot-sim-dev-zookeeper-1-data",
        logVolume: "kafka-iot-sim-dev-zookeeper-1-log",
      },
    ]);
  });

  it("members know each other in the order of their ids", () => {
    const { zookeepers, brokers } = plan({ zookeepers: 3 });
    const servers = [1, 2, 3].map((id) => `kafka-iot-sim-dev-zookeeper-${id}:2888:3888`).join(";");
    expect(zookeepers.map(({ environment }) => environment["ZOOKEEPER_SERVERS"])).toEqual([
      servers,
      servers,
      servers,
    ]);
    expect(zookeepers.map(({ environment }) => environment["ZOOKEEPER_SERVER_ID"])).toEqual(["1", "2", "3"]);
    expect(brokers[0]?.environment["KAFKA_ZOOKEEPER_CONNECT"]).toBe(
      [1, 2, 3].map((id) => `kafka-iot-sim-dev-zookeeper-${id}:2181`).join(","),
    );
  });
});

describe("topics", () => {
  const topics = (raw: Record<string, unknown>) => plan(raw).topicInit.environment.TOPIC_INIT_TOPICS;

  it("are one for each device, by name", () => {
    expect(topics({ devices: 2, partitions: 4 })).toEqual([
      { name: "device-1", partitions: 4, replicationFactor: 1, minInsyncReplicas: 1, config: {} },
      { name: "device-2", partitions: 4, replicationFactor: 1, minInsyncReplicas: 1, config: {} },
    ]);
  });

  it("are one for all devices that share it", () => {
    const devices = [
      { name: "z", topic: "meters" },
      { name: "a", topic: "meters" },
      { name: "b", topic: "boilers" },
    ];
    expect(topics({ devices }).map((topic) => topic.name)).toEqual(["boilers", "meters"]);
  });

  it.each([
    [3, 3, 2],
    [3, 2, 1],
    [3, 1, 1],
    [2, 2, 1],
  ])("on %d brokers with %d copies need %d for a write", (brokers, replicationFactor, minInsyncReplicas) => {
    expect(topics({ devices: 1, brokers, replicationFactor })).toEqual([
      { name: "device-1", partitions: 1, replicationFactor, minInsyncReplicas, config: {} },
    ]);
  });

  it("have the settings of all topics, overlaid with their own", () => {
    const configs = topics({
      topicDefaults: { retention: "1d", segmentSize: "64MB" },
      devices: [{ name: "a", topicSettings: { retention: "2d", maxMessageSize: "2MB" } }, { name: "b" }],
    }).map(({ config }) => Object.entries(config));
    expect(configs).toEqual([
      [
        ["max.message.bytes", "2097152"],
        ["retention.ms", "172800000"],
        ["segment.bytes", "67108864"],
      ],
      [
        ["retention.ms", "86400000"],
        ["segment.bytes", "67108864"],
      ],
    ]);
  });

  it("are none without devices", () => {
    expect(topics({ devices: 0 })).toEqual([]);
  });
});

describe("consumers", () => {
  it("give the dashboard memory for the sensors of all devices that it shows", () => {
    const memory = (devices: unknown) =>
      plan({ devices, consumers: [{ type: "dashboard" }] }).consumers.map((dashboard) => [
        dashboard.sensors,
        dashboard.memoryMegabytes,
      ]);
    expect(memory(3)).toEqual([[9, 256]]);
    expect(memory([{ name: "meter", count: 10_000, sensors: 3 }, { name: "pump" }])).toEqual([[30_003, 640]]);
  });

  it("are told whom they read, and the lake which topics there are", () => {
    const { consumers, lake } = plan({
      devices: 3,
      consumers: [{ type: "console", name: "watch", devices: ["device-2"] }, { type: "lake" }],
    });
    expect(consumers).toEqual([
      {
        name: "watch",
        type: "console",
        container: "kafka-iot-sim-dev-watch",
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
        stopGraceSeconds: 10,
      },
      {
        name: "lake",
        type: "lake",
        container: "kafka-iot-sim-dev-lake",
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
        stopGraceSeconds: 30,
        mountsLake: "read-write",
      },
    ]);
    expect(lake).toEqual({
      volume: "kafka-iot-sim-dev-lake",
      mountPath: "/app/delta_lake",
      table: "/app/delta_lake/bronze",
      deadLetters: "/app/delta_lake/dead_letters",
    });
  });

  it("are told how to keep the lake as it is configured", () => {
    const lake = {
      flushInterval: "1s",
      flushRows: 5,
      checkpointEvery: 3,
      compactAfter: "never",
      retention: "30d",
      onLostOffsets: "new-incarnation",
    };
    const [consumer] = plan({ consumers: [{ type: "lake" }], lake }).consumers;
    expect(consumer?.environment.filter((line) => line.startsWith("LAKE_"))).toEqual([
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

  it("with replicas are as many containers in one group, each with a name of its own", () => {
    const { consumers } = plan({ consumers: [{ type: "lake", name: "rows", replicas: 3 }] });
    expect(
      consumers.map(({ name, container, environment, mountsLake }) => ({
        name,
        container,
        told: environment.filter((line) => /^CONSUMER_(NAME|GROUP)=/.test(line)),
        mountsLake,
      })),
    ).toEqual([
      {
        name: "rows",
        container: "kafka-iot-sim-dev-rows",
        told: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows"],
        mountsLake: "read-write",
      },
      {
        name: "rows-2",
        container: "kafka-iot-sim-dev-rows-2",
        told: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows-2"],
        mountsLake: "read-write",
      },
      {
        name: "rows-3",
        container: "kafka-iot-sim-dev-rows-3",
        told: ["CONSUMER_GROUP=kafka-iot-sim-rows", "CONSUMER_NAME=rows-3"],
        mountsLake: "read-write",
      },
    ]);
  });

  it.each([1, 2, 15])("of which only the last go when 16 become %d", (replicas) => {
    const of = (count: number) => plan({ consumers: [{ type: "lake", replicas: count }] }).consumers;
    expect(of(replicas)).toEqual(of(16).slice(0, replicas));
  });

  it("without a lake among them keep the table's volume", () => {
    expect(plan({ consumers: [{ type: "console" }] }).lake.volume).toBe("kafka-iot-sim-dev-lake");
  });
});
