import { expect, it } from "vitest";
import { describedTopics } from "./existing-topics";

it("reads topics out of what kafka-topics prints", () => {
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
