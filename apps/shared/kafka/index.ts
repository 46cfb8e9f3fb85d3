/** The one door to Kafka: nothing outside this folder imports kafkajs. */
export { createKafka, type KafkaClient } from "./client";
export { fetchedOffset } from "./batch";
export { type Assignment, consume, existingTopics } from "./consume";
export { isFromKafka, kafkaReason } from "./errors";
export { type Acknowledgement, OrderedProducer, type OutgoingMessage } from "./ordered-producer";
export { lengthOf, offsetOf, PlacedRecord } from "./record-decoding";
export { isSameTopic, topicIdentities, type TopicIdentities, type TopicIdentity } from "./topic-identities";
export { type PartitionOffsets, topicOffsets } from "./topic-offsets";
export type { Admin, Consumer, EachBatchPayload, KafkaMessage } from "kafkajs";
export { createTopic, describeTopics, type TopicState } from "./topics";
