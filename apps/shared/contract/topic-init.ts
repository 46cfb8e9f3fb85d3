import { z } from "zod";
import { CommonEnvironment, json, wholeNumber } from "./environment";
import { TopicName } from "./topic-name";

const countRemedy = "write a whole number from 1";
const wholeFromOne = z.int(countRemedy).min(1, countRemedy);

/** A topic as it is to be. */
export const TopicSettings = z.strictObject({
  name: TopicName,
  partitions: wholeFromOne,
  replicationFactor: wholeFromOne,
  /** Copies that must have a message before it is acknowledged: Kafka's `min.insync.replicas`. */
  minInsyncReplicas: wholeFromOne,
});
export type TopicSettings = z.output<typeof TopicSettings>;

/** Environment of the one-shot container that creates the topics. */
export const TopicInitEnvironment = CommonEnvironment.extend({
  TOPIC_INIT_TOPICS: json(
    z.array(TopicSettings),
    '[{"name":"device-1","partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]',
  ),
  /** Brokers that must be registered before a topic is created, so that replicas spread over all of them. */
  TOPIC_INIT_BROKERS: wholeNumber(1, 9),
  /** How long to wait for brokers and leaders, in milliseconds. */
  TOPIC_INIT_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(60_000),
});
export type TopicInitEnvironment = z.output<typeof TopicInitEnvironment>;
