import { describe, expect, it } from "vitest";
import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { writeEnvironment } from "../../contract/environment/variables";
import { readStackConfig } from "../config/parse";
import { noFiles } from "../testing/config";
import { planStack } from "../plan/stack";
import { carriedOutPlan, withNextRun } from "./carried-out-plan";
import type { ExistingContainer } from "../targets/docker/preflight/engine";

const plan = (raw: Record<string, unknown>) => planStack(readStackConfig("dev", raw, noFiles).spec);

describe("the plan that was carried out", () => {
  it("is read out of the environment of the container that did it", () => {
    const environment = { ...plan({ devices: 2, partitions: 4 }).topicInit.environment, TOPIC_INIT_RUN: 3 };
    expect(
      carriedOutPlan(["PATH=/bin", ...writeEnvironment(TopicInitEnvironment, environment)]),
    ).toMatchObject({
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
  ])("is not known from %j", (environment) => {
    expect(carriedOutPlan(environment)).toBeUndefined();
  });
});

describe("a plan", () => {
  const brokers = (...ids: readonly number[]) => {
    const whats = ids.map((id) => `kafka-iot-sim-dev-broker-${id}`);
    return {
      containers: [...whats, "kafka-iot-sim-dev-broker-1-sync"].map((name): ExistingContainer => ({
        name,
        condition: "healthy",
        ports: [],
      })),
      volumes: whats.map((what) => `${what}-data`),
      carriedOut: { topics: [], run: 5 },
    };
  };
  const runOf = (raw: Record<string, unknown>, found: Parameters<typeof withNextRun>[1]) =>
    withNextRun(plan(raw), found).environment.TOPIC_INIT_RUN;

  it("keeps its run while the stack is as the last one left it", () => {
    expect(runOf({ brokers: 2 }, brokers(1, 2))).toBe(5);
  });

  it("is run anew while there are brokers that it does not have", () => {
    expect(runOf({ brokers: 2 }, brokers(1, 2, 3))).toBe(6);
  });

  it("is run anew when a node has lost its storage", () => {
    expect(runOf({ brokers: 2 }, { ...brokers(1, 2), volumes: brokers(1).volumes })).toBe(6);
    expect(runOf({ brokers: 5, coordination: "kraft" }, brokers(1, 2, 3, 4, 5))).toBe(6);
  });

  it("of a new stack has no number, also when it is looked at again", () => {
    expect(runOf({ brokers: 2 }, { containers: [], volumes: [], carriedOut: undefined })).toBeUndefined();
    const carriedOut = carriedOutPlan(
      writeEnvironment(TopicInitEnvironment, plan({ brokers: 2 }).topicInit.environment),
    );
    expect(carriedOut?.run).toBe(0);
    expect(runOf({ brokers: 2 }, { ...brokers(1, 2), carriedOut })).toBeUndefined();
  });
});
