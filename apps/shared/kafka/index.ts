/** The one door to Kafka: nothing outside this folder imports kafkajs. */
export { createKafka, type KafkaClient, type KafkaOptions } from "./client";
export { type Assignment, consume, type ConsumeOptions, existingTopics } from "./consume";
export { isFromKafka, kafkaReason, protocolErrorOf } from "./errors";
export { type Acknowledgement, OrderedProducer, type OutgoingMessage } from "./ordered-producer";
export type { Admin, Batch, Consumer, EachBatchPayload, ITopicMetadata, KafkaMessage } from "kafkajs";
