import { describe, expect, it } from "vitest";
import { parseStackConfig } from "../parse";
import { noFiles, problemsWith } from "../../testing/config";

describe("coordination", () => {
  it.each([
    { coordination: "kraft" },
    { coordination: "kraft", images: { kafka: "confluentinc/cp-kafka:8.0.0" } },
    { coordination: "kraft", images: { kafka: "mine/my-kafka:1" } },
    { coordination: "zookeeper", zookeepers: 3, images: { kafka: "confluentinc/cp-kafka:7.0.0" } },
  ])("can be as in %j", (raw) => {
    expect(problemsWith(raw)).toEqual([]);
  });

  it.each([
    [
      { coordination: "raft" },
      ['coordination: found "raft"; write one of: zookeeper, kraft; did you mean kraft?'],
    ],
    [
      { coordination: "kraft", zookeepers: 3 },
      [
        "zookeepers: found 3; remove it (npx pulumi config rm zookeepers): with coordination kraft there is no ZooKeeper, and the program decides how many controllers there are",
      ],
    ],
    [
      { images: { kafka: "confluentinc/cp-kafka:8.1.0" } },
      [
        'images.kafka: found "confluentinc/cp-kafka:8.1.0"; Kafka 4.1 has no ZooKeeper: set coordination to kraft, or an image of at most Kafka 3.9 (confluentinc/cp-kafka:7.9.2)',
      ],
    ],
    [
      { coordination: "kraft", images: { kafka: "confluentinc/cp-kafka:7.8.0" } },
      [
        'images.kafka: found "confluentinc/cp-kafka:7.8.0"; Kafka 3.8 cannot change its quorum: set an image of at least Kafka 3.9 (confluentinc/cp-kafka:7.9.2), or coordination to zookeeper',
      ],
    ],
  ])("cannot be as in %j", (raw, problems) => {
    expect(problemsWith(raw)).toEqual(problems);
  });
});

describe("images", () => {
  const digest = `@sha256:${"0".repeat(64)}`;

  it.each([
    { kafka: "kafka-iot-sim/kafka:3.9.2", zookeeper: "kafka-iot-sim/zookeeper:3.9.2" },
    { kafka: "kafka-iot-sim/kafka", zookeeper: "registry.example:5000/zookeeper" },
    { kafka: "confluentinc/cp-kafka:7.9.2", zookeeper: "confluentinc/cp-zookeeper" },
    { kafka: `confluentinc/cp-kafka${digest}`, zookeeper: `mine/zookeeper${digest}` },
    { kafka: `confluentinc/cp-kafka:latest${digest}` },
    { kafka: "mine/my-kafka:latest", zookeeper: "mine/keeper" },
    { kafka: "notapache/kafka:3.9.0" },
    { kafka: "mine/cp-kafka-plus:latest" },
  ])("can be %j", (images) => {
    expect(problemsWith({ images })).toEqual([]);
  });

  it("can be the latest with KRaft, and then ZooKeeper's image does not matter", () => {
    const images = { kafka: "confluentinc/cp-kafka", zookeeper: "zookeeper:3.9" };
    expect(problemsWith({ coordination: "kraft", images })).toEqual([]);
  });

  it.each([
    "confluentinc/cp-kafka",
    "confluentinc/cp-kafka:latest",
    "confluentinc/cp-kafka:latest-ubi9",
    "registry.example:5000/mirror/cp-server",
  ])("cannot be %s with ZooKeeper", (kafka) => {
    expect(problemsWith({ images: { kafka } })).toEqual([
      `images.kafka: found "${kafka}"; name a version, such as confluentinc/cp-kafka:7.9.2: the latest has Kafka 4, which has no ZooKeeper; or set coordination to kraft`,
    ]);
  });

  it.each(["zookeeper", "kraft"])("of Kafka cannot follow other conventions (%s)", (coordination) => {
    const others = [
      "apache/kafka:4.0.0",
      "apache/kafka-native",
      "docker.io/bitnami/kafka:3.9",
      "registry.example:5000/hub/bitnamilegacy/kafka:3.9",
      "wurstmeister/kafka",
    ];
    for (const kafka of others)
      expect(problemsWith({ coordination, images: { kafka } })).toEqual([
        `images.kafka: found "${kafka}"; name confluentinc/cp-kafka:7.9.2 or an image made from it: scripts in /etc/confluent/docker configure and start the nodes, and this image does not have them`,
      ]);
  });

  it.each(["zookeeper", "zookeeper:3.9", "docker.io/library/zookeeper:3.9", "ghcr.io/bitnami/zookeeper"])(
    "of ZooKeeper cannot be %s, which follows other conventions",
    (zookeeper) => {
      expect(problemsWith({ images: { zookeeper } })).toEqual([
        `images.zookeeper: found "${zookeeper}"; name confluentinc/cp-zookeeper:7.9.2 or an image made from it: variables such as ZOOKEEPER_SERVERS configure the members, and this image does not know them`,
      ]);
    },
  );
});

describe("partitions", () => {
  it.each([
    { devices: 1, partitions: 5_000 },
    { devices: 4, partitions: 5_000 },
    { devices: 1_000, partitions: 20 },
    { devices: 1_000, partitions: 60, brokers: 9 },
    { devices: ["a", "b", "c", "d", "e"].map((name) => ({ name, topic: "t" })), partitions: 5_000 },
    { devices: 0, partitions: 5_000 },
  ])("can be as many as in %j", (raw) => {
    expect(problemsWith(raw)).toEqual([]);
  });

  const why = "and can have 20000, because it maps files of each into its memory";
  it.each([
    [{ partitions: 5_001 }, "found 5001; write a whole number from 1 to 5000"],
    [
      { devices: 5, partitions: 4_001 },
      `found 4001; lower it to at most 4000, or lower devices, or have more brokers than copies (replicationFactor): with 5 topics a broker would have 20005 copies of partitions, ${why}`,
    ],
    [
      { devices: 1_000, partitions: 34, brokers: 5 },
      `found 34; lower it to at most 33, or lower devices, or add brokers: with 1000 topics a broker would have 20400 copies of partitions, ${why}`,
    ],
    [
      { devices: 1_000, partitions: 51, brokers: 5, replicationFactor: 2 },
      `found 51; lower it to at most 50, or lower devices, or add brokers: with 1000 topics a broker would have 20400 copies of partitions, ${why}`,
    ],
  ])("cannot be as many as in %j", (raw, problem) => {
    expect(problemsWith(raw)).toEqual([`partitions: ${problem}`]);
  });
});

describe("topic settings", () => {
  const topicConfigs = (raw: Record<string, unknown>) =>
    parseStackConfig("dev", raw, noFiles).devices.map(({ topicConfig }) => topicConfig);

  it("are read with their units", () => {
    const topicDefaults = {
      retention: "7d",
      retentionSize: "1GB",
      segmentSize: "64MB",
      segmentAge: "1h",
      maxMessageSize: "2MB",
    };
    expect(topicConfigs({ devices: 1, topicDefaults })).toEqual([
      {
        "retention.ms": "604800000",
        "retention.bytes": "1073741824",
        "segment.bytes": "67108864",
        "segment.ms": "3600000",
        "max.message.bytes": "2097152",
      },
    ]);
  });

  it("can keep messages for ever", () => {
    const topicDefaults = { retention: "forever", retentionSize: "unlimited" };
    expect(topicConfigs({ devices: 1, topicDefaults })).toEqual([
      { "retention.ms": "-1", "retention.bytes": "-1" },
    ]);
  });

  it("of one device apply to all devices that share its topic", () => {
    const devices = [
      { name: "a", topic: "t", topicSettings: { segmentAge: "2h" } },
      { name: "b", topic: "t", topicSettings: { retention: "2d" } },
      { name: "c", topic: "t" },
      { name: "d" },
    ];
    const shared = { "retention.ms": "172800000", "segment.ms": "7200000" };
    expect(topicConfigs({ devices, topicDefaults: { retention: "1d" } })).toEqual([
      shared,
      shared,
      shared,
      { "retention.ms": "86400000" },
    ]);
  });

  it("of devices that share a topic must not disagree", () => {
    const devices = [
      { name: "a", topic: "t", topicSettings: { retention: "1d", segmentSize: "8MB", segmentAge: "1h" } },
      { name: "b", topic: "t", topicSettings: { retention: "24h", segmentSize: "9MB", segmentAge: "2h" } },
    ];
    expect(problemsWith({ devices })).toEqual([
      'devices[1].topicSettings.segmentSize: found "9MB"; set it to the same as devices[0].topicSettings.segmentSize, or give the device a topic of its own: both set topic "t"',
      'devices[1].topicSettings.segmentAge: found "2h"; set it to the same as devices[0].topicSettings.segmentAge, or give the device a topic of its own: both set topic "t"',
    ]);
  });

  it("have bounds", () => {
    const topicDefaults = {
      retention: "59s",
      retentionSize: "1kB",
      segmentSize: "2GB",
      segmentAge: "forever",
      maxMessageSize: "1023kB",
      speed: 1,
    };
    const duration = 'write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1m to 3650d';
    const size = 'write a size such as "512MB", "1.5GB", from';
    expect(problemsWith({ topicDefaults })).toEqual([
      `topicDefaults.retention: found "59s"; ${duration}, or "forever"`,
      `topicDefaults.retentionSize: found "1kB"; ${size} 1MB to 1024TB, or "unlimited"`,
      `topicDefaults.segmentSize: found "2GB"; ${size} 1MB to 2147483647B`,
      `topicDefaults.segmentAge: found "forever"; ${duration}`,
      `topicDefaults.maxMessageSize: found "1023kB"; ${size} 1MB to 2147483647B`,
      "topicDefaults.speed: found 1; remove it, there is no such key",
    ]);
  });
});

describe("retention", () => {
  const remedy =
    "lengthen it to at least 6m: the lake commits every 5m (lake.flushInterval) and may be away for a minute, and Kafka would drop what it has not read";
  const lake = { flushInterval: "5m" };
  const devices = [{ name: "a", topicSettings: { retention: "5m" } }, { name: "b" }];

  it("must be long enough for the lake to read the messages", () => {
    expect(problemsWith({ lake, devices, topicDefaults: { retention: "1m" } })).toEqual([
      `devices[0].topicSettings.retention: found "5m"; ${remedy}`,
      `topicDefaults.retention: found "1m"; ${remedy}`,
    ]);
  });

  it("can be that of the brokers", () => {
    const properties = { "log.retention.ms": 60_000, "log.retention.hours": 24 };
    expect(problemsWith({ lake, devices: [{ name: "a" }], kafka: { properties } })).toEqual([
      `kafka.properties["log.retention.ms"]: found 60000; ${remedy}`,
    ]);
    const topicDefaults = { retention: "1d" };
    expect(problemsWith({ lake, kafka: { properties }, topicDefaults })).toEqual([]);
    expect(problemsWith({ lake, kafka: { properties: { "log.retention.ms": -1 } } })).toEqual([]);
  });

  it.each([
    ["no lake reads the topic", { consumers: [{ type: "lake", devices: ["b"] }], devices }],
    ["it is long enough", { devices: [{ name: "a", topicSettings: { retention: "6m" } }] }],
    ["nothing is dropped by age", { devices: 1, topicDefaults: { retention: "forever" } }],
    [
      "all topics have their own",
      { devices: [{ name: "a", topicSettings: { retention: "1d" } }], topicDefaults: { retention: "1m" } },
    ],
  ])("can be short if %s", (_where, raw) => {
    expect(problemsWith({ lake, ...raw })).toEqual([]);
  });
});
