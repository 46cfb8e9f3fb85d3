import { describe, expect, it } from "vitest";
import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { planOf, settingsIn } from "../testing/plan";

describe("Kafka's own topics", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 2],
    [5, 3, 2],
  ])(
    "on %d brokers have %d copies, of which a write needs %d",
    (brokers, replicationFactor, minInsyncReplicas) => {
      const measures = { partitions: 3, replicationFactor, minInsyncReplicas };
      expect(planOf({ brokers }).topicInit.settings.TOPIC_INIT_INTERNAL_TOPICS).toEqual([
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

describe("topics", () => {
  const topics = (raw: Record<string, unknown>) => planOf(raw).topicInit.settings.TOPIC_INIT_TOPICS;

  it("each device has a topic, by its name", () => {
    expect(topics({ devices: 2, partitions: 4 })).toEqual([
      { name: "device-1", partitions: 4, replicationFactor: 1, minInsyncReplicas: 1, config: {} },
      { name: "device-2", partitions: 4, replicationFactor: 1, minInsyncReplicas: 1, config: {} },
    ]);
  });

  it("devices that share a topic have one", () => {
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
  ])("on %d brokers with %d copies, a write needs %d", (brokers, replicationFactor, minInsyncReplicas) => {
    expect(topics({ devices: 1, brokers, replicationFactor })).toEqual([
      { name: "device-1", partitions: 1, replicationFactor, minInsyncReplicas, config: {} },
    ]);
  });

  it("topics have the settings of all topics, overlaid with their own", () => {
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

  it("there are no topics without devices", () => {
    expect(topics({ devices: 0 })).toEqual([]);
  });
});

it("topic-init gets the settings of the plan by its environment", () => {
  const { environment, settings } = planOf({ devices: 2, brokers: 3, coordination: "kraft" }).topicInit;
  expect(settingsIn(TopicInitEnvironment, environment)).toEqual(settings);
});
