import { describe, expect, it } from "vitest";
import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { writeEnvironment } from "../../contract/environment/variables";
import { planOf } from "../testing/plan";
import { carriedOutPlan, describedTopics, withNextRun } from "./carried-out-plan";

describe("the carried-out plan", () => {
  it("is read out of the environment of the container that carried it out", () => {
    const settings = { ...planOf({ devices: 2, partitions: 4 }).topicInit.settings, TOPIC_INIT_RUN: 3 };
    expect(carriedOutPlan(["PATH=/bin", ...writeEnvironment(TopicInitEnvironment, settings)])).toMatchObject({
      topics: [
        { name: "device-1", partitions: 4 },
        { name: "device-2", partitions: 4 },
      ],
      run: 3,
    });
  });

  it.each([
    [["PATH=/bin"]],
    [["TOPIC_INIT_TOPICS=["]],
    [["TOPIC_INIT_TOPICS={}"]],
    [["TOPIC_INIT_TOPICS=[null]"]],
    [['TOPIC_INIT_TOPICS=[{"name":"a","partitions":1}]']],
  ])("is unknown if the environment is %j", (environment) => {
    expect(carriedOutPlan(environment)).toBeUndefined();
  });
});

describe("topic-init", () => {
  const brokers = (...ids: readonly number[]) => {
    const names = ids.map((id) => `broker-${id}`);
    return {
      conditions: new Map([...names, "broker-1-sync"].map((name) => [name, "healthy"] as const)),
      volumes: names.map((name) => `${name}-data`),
      carriedOut: { topics: [], run: 5 },
    };
  };
  const runOf = (raw: Record<string, unknown>, found: Parameters<typeof withNextRun>[1]) =>
    withNextRun(planOf(raw), found).settings.TOPIC_INIT_RUN;

  it("keeps its run while the stack is as the last run left it", () => {
    expect(runOf({ brokers: 2 }, brokers(1, 2))).toBe(5);
  });

  it("runs anew while the stack has brokers that are not planned", () => {
    expect(runOf({ brokers: 2 }, brokers(1, 2, 3))).toBe(6);
  });

  it("runs anew when a node has lost its storage", () => {
    expect(runOf({ brokers: 2 }, { ...brokers(1, 2), volumes: brokers(1).volumes })).toBe(6);
    expect(runOf({ brokers: 5, coordination: "kraft" }, brokers(1, 2, 3, 4, 5))).toBe(6);
  });

  it("has no run in a new stack, also when it is planned again", () => {
    expect(
      runOf({ brokers: 2 }, { conditions: new Map(), volumes: [], carriedOut: undefined }),
    ).toBeUndefined();
    const carriedOut = carriedOutPlan(
      writeEnvironment(TopicInitEnvironment, planOf({ brokers: 2 }).topicInit.settings),
    );
    expect(carriedOut?.run).toBe(0);
    expect(runOf({ brokers: 2 }, { ...brokers(1, 2), carriedOut })).toBeUndefined();
  });
});

it("describedTopics reads the output of kafka-topics", () => {
  const description = [
    "Topic: device-1\tTopicId: aTqCwTbYnY05UNXfKzKEQQ\tPartitionCount: 12\tReplicationFactor: 1\tConfigs: a=1,b=2",
    "\tTopic: device-1\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1",
    "Topic: __consumer_offsets\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: ",
    "",
  ].join("\n");
  expect(describedTopics(description)).toEqual([
    { name: "device-1", partitions: 12 },
    { name: "__consumer_offsets", partitions: 3 },
  ]);
  expect(describedTopics("")).toEqual([]);
});
