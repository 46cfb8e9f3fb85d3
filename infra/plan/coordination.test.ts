import { describe, expect, it } from "vitest";
import { planOf } from "../testing/plan";

describe("KRaft", () => {
  const voters = (brokers: number) =>
    planOf({ brokers, coordination: "kraft" }).topicInit.settings.TOPIC_INIT_VOTERS?.map(
      ({ nodeId, host, port }) => `${nodeId}@${host}:${port}`,
    );
  const formatOf = ({ command }: { readonly command?: readonly string[] }) => command?.at(-1);

  it("needs neither ZooKeeper's containers nor its image", () => {
    const { zookeepers, images, coordination } = planOf({ coordination: "kraft" });
    expect([zookeepers, Object.keys(images), coordination]).toEqual([[], ["kafka", "node"], "kraft"]);
  });

  it("up to three brokers are the controllers too", () => {
    const { brokers, controllers } = planOf({ coordination: "kraft", brokers: 3 });
    expect(controllers).toEqual([]);
    const host = "kafka-iot-sim-dev-broker-2";
    expect(brokers[1]?.environment).toMatchObject({
      KAFKA_NODE_ID: "2",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: [1, 2, 3]
        .map((id) => `kafka-iot-sim-dev-broker-${id}:9093`)
        .join(","),
      KAFKA_LISTENERS: "INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093",
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://${host}:29092,EXTERNAL://127.0.0.1:9093,CONTROLLER://${host}:9093`,
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

  it("with more brokers, three controllers run on nodes of their own", () => {
    const { brokers, controllers } = planOf({ coordination: "kraft", brokers: 4 });
    expect(controllers.map(({ name, nodeId }) => [name, nodeId])).toEqual([
      ["controller-1", 101],
      ["controller-2", 102],
      ["controller-3", 103],
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
    for (const { lateEnvironment, announcesHostName } of controllers)
      expect([lateEnvironment, announcesHostName]).toEqual([{ CLUSTER_ID: { kind: "cluster-id" } }, true]);
    expect(brokers[0]?.after).toEqual(["controller-1", "controller-2", "controller-3"]);
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

  it("separate controllers get the properties of brokers, because only controllers read some of them", () => {
    const properties = { "num.partitions": 6, "log.cleaner.dedupe.buffer.size": 33_554_432 };
    const { brokers, controllers } = planOf({ brokers: 4, coordination: "kraft", kafka: { properties } });
    for (const { environment } of [...brokers, ...controllers])
      expect(environment).toMatchObject({
        KAFKA_NUM_PARTITIONS: "6",
        KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: "33554432",
        KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
      });
  });

  it("one node votes, or three, because two would be no safer than one", () => {
    const broker = (id: number) => `${id}@kafka-iot-sim-dev-broker-${id}:9093`;
    const controller = (number: number) => `${100 + number}@kafka-iot-sim-dev-controller-${number}:9093`;
    expect(voters(1)).toEqual([broker(1)]);
    expect(voters(2)).toEqual([broker(1)]);
    expect(voters(3)).toEqual([1, 2, 3].map(broker));
    expect(voters(5)).toEqual([1, 2, 3].map(controller));
    expect(planOf({}).topicInit.settings.TOPIC_INIT_VOTERS).toBeUndefined();
  });
});

describe("ZooKeeper", () => {
  it("a single member has no settings of an ensemble", () => {
    expect(planOf({}).zookeepers).toEqual([
      {
        id: 1,
        name: "zookeeper-1",
        role: "zookeeper",
        image: "zookeeper",
        user: "appuser",
        address: "kafka-iot-sim-dev-zookeeper-1:2181",
        environment: {
          KAFKA_HEAP_OPTS: "-Xms64m -Xmx128m",
          ZOOKEEPER_CLIENT_PORT: "2181",
          ZOOKEEPER_TICK_TIME: "2000",
        },
        memoryMegabytes: 384,
        expectedMegabytes: 120,
        ports: [
          { name: "client", port: 2_181 },
          { name: "peer", port: 2_888 },
          { name: "election", port: 3_888 },
        ],
        ready: {
          probe: {
            command: [
              "bash",
              "-c",
              "exec 3<>/dev/tcp/127.0.0.1/2181 && printf srvr >&3 && grep -q ^Mode: <&3",
            ],
          },
          startTimeoutSeconds: 120,
        },
        volumes: [
          { name: "zookeeper-1-data", path: "/var/lib/zookeeper/data" },
          { name: "zookeeper-1-log", path: "/var/lib/zookeeper/log" },
        ],
        scratch: [{ path: "/etc/zookeeper/secrets", megabytes: 1 }],
        files: [],
        readOnlyRoot: false,
        stopGraceSeconds: 30,
        runs: "always",
        after: [],
        rollsOneAtATime: true,
      },
    ]);
  });

  it("members know each other in the order of their ids, and brokers know all of them", () => {
    const { zookeepers, brokers } = planOf({ zookeepers: 3 });
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
