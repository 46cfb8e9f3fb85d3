import { expect, it } from "vitest";
import { plannedTopics } from "./planned-topics";

it("reads the topics of the last plan, whatever else that knew", () => {
  const topics = [{ name: "device-1", partitions: 4, replicationFactor: 3, config: {} }];
  expect(plannedTopics(["PATH=/bin", `TOPIC_INIT_TOPICS=${JSON.stringify(topics)}`])).toEqual(topics);
});

it.each([
  [["PATH=/bin"]],
  [["TOPIC_INIT_TOPICS=["]],
  [["TOPIC_INIT_TOPICS={}"]],
  [["TOPIC_INIT_TOPICS=[null]"]],
  [['TOPIC_INIT_TOPICS=[{"name":"a"}]']],
])("knows nothing of %j", (environment) => {
  expect(plannedTopics(environment)).toBeUndefined();
});
