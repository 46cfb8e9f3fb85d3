/** The one door to Kafka: nothing outside this folder imports kafkajs. */
export { createKafka, type KafkaClient, type KafkaOptions } from "./client";
export { fetchedOffset } from "./batch";
export { type Assignment, consume, type ConsumeOptions, existingTopics } from "./consume";
export { isFromKafka, kafkaReason, protocolErrorOf } from "./errors";
export { type Acknowledgement, OrderedProducer, type OutgoingMessage } from "./ordered-producer";
export { type PartitionOffsets, topicOffsets } from "./topic-offsets";
export type { Admin, Batch, Consumer, EachBatchPayload, ITopicMetadata, KafkaMessage } from "kafkajs";
export {
  createTopic,
  type CreateOutcome,
  describeTopics,
  type TopicRefusal,
  type TopicState,
  type TopicToCreate,
} from "./topics";
