import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { brokerLimitProblems } from "./broker-limits";
import { coordinationProblems } from "./cluster-relations";
import { kafkaVersion } from "./kafka-version";
import { consumerDeviceProblems, lakeTopicProblems } from "./consumer-relations";
import { containerNameProblems, groupNameProblems } from "./name-relations";
import { partitionCountProblems } from "./partition-relations";
import { propertyProblems } from "./properties";
import { portProblems, publishedConsumerProblems } from "./published-relations";
import type { KafkaMajor } from "./property-rules";
import { rateProblems } from "./rate-relations";
import type { StackConfig } from "./schema";
import { sensorProblems } from "./sensor-relations";
import { lengthProblems, namesLengthProblems } from "./size-relations";
import type { DeviceSpec } from "../model/spec";
import { retentionProblems, sharedTopicProblems } from "./topic-relations";

type Config = z.output<typeof StackConfig>;

/** The keys that could be read, devices with their defaults filled in. */
type Relations = Partial<Omit<Config, "devices">> & {
  readonly devices: readonly DeviceSpec[] | undefined;
  /** The devices as they are written. */
  readonly listed: Config["devices"] | undefined;
};

/** What is wrong between keys that are each right on their own. */
export function relationProblems(config: Relations, raw: Readonly<Record<string, unknown>>): Problem[] {
  return [
    ...replicationProblems(config),
    ...partitionCountProblems(config),
    ...coordinationProblems(config, raw),
    ...propertyProblems(raw, {
      brokers: config.brokers,
      coordination: config.coordination,
      kafkaMajor: kafkaMajorOf(config),
    }),
    ...brokerLimitProblems(config, raw),
    ...portProblems(config),
    ...topicProblems(config, raw),
    ...sharedTopicProblems(config, raw),
    ...retentionProblems(config, config, raw),
    ...consumerDeviceProblems(config),
    ...lakeTopicProblems(config, raw),
    ...publishedConsumerProblems(config, raw),
    ...namesLengthProblems(config, raw),
    ...containerNameProblems(config),
  ];
}

/**
 * What is wrong within devices, or between them and the rates that they can have. It holds also of devices of which not everything
 * could be read.
 */
export function deviceProblems(config: Relations, raw: Readonly<Record<string, unknown>>): Problem[] {
  return [
    ...groupNameProblems(config),
    ...sensorProblems(config.listed ?? [], config),
    ...lengthProblems(config.devices ?? [], raw),
    ...rateProblems(config, raw),
  ];
}

/** The Kafka whose properties are meant: ZooKeeper ended with Kafka 3. */
function kafkaMajorOf({ images, coordination }: Relations): KafkaMajor | undefined {
  const major = images && kafkaVersion(images.kafka)?.major;
  return major === 3 || major === 4 ? major : coordination === "zookeeper" ? 3 : undefined;
}

function replicationProblems({ brokers, replicationFactor }: Relations): Problem[] {
  if (brokers === undefined || replicationFactor === undefined || replicationFactor <= brokers) return [];
  return [
    {
      path: "replicationFactor",
      found: replicationFactor,
      remedy: `it exceeds brokers (${brokers}); lower it or add brokers`,
    },
  ];
}

/**
 * Kafka refuses a topic whose name differs from another's only by `.` against `_`, because its metrics would collide
 * (org.apache.kafka.common.internals.Topic.hasCollision).
 */
function topicProblems({ devices = [] }: Relations, raw: Readonly<Record<string, unknown>>): Problem[] {
  const topicByMetricName = new Map<string, string>();
  return devices.flatMap((device, index) => {
    const metricName = device.topic.replaceAll(".", "_");
    const other = topicByMetricName.get(metricName);
    if (other === undefined) topicByMetricName.set(metricName, device.topic);
    if (other === undefined || other === device.topic) return [];
    const listed = Array.isArray(raw["devices"]) ? (raw["devices"][index] as { topic?: unknown }) : {};
    return [
      {
        path: `devices[${index}].${listed.topic === undefined ? "name" : "topic"}`,
        found: device.topic,
        remedy: `rename it: Kafka takes it for the same as topic "${other}", since dots and underscores collide`,
      },
    ];
  });
}
