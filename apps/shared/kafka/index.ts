/** The one door to Kafka: nothing outside this folder imports kafkajs. */
export { createKafka, type KafkaClient } from "./client";
export { fetchedOffset } from "./batch";
export { ClusterView } from "./cluster-view";
export { type Assignment, consume, existingTopics } from "./consume";
export { ConsumerPulse } from "./consumer-pulse";
export { isFromKafka, kafkaReason, protocolErrorOf } from "./errors";
export { follow } from "./follow/follow";
export type {
  FollowedBatch,
  FollowedPosition,
  Follower,
  FollowOptions,
  PartitionToFollow,
} from "./follow/options";
export { headerOf, lengthOf, offsetOf, RecordView } from "./records/record-view";
export { reasonOf, UnreadableRecord } from "./records/unreadable";
export { type PartitionLag, PartitionLags } from "./partition-lags";
export { readBackwards, type ReadBackwardsOptions, type BackwardRecord } from "./read-backwards";
export {
  IdempotentProducer,
  type IdempotentProducerOptions,
  type OnAcknowledged,
} from "./producer/idempotent-producer";
export { partitionOfKey } from "./producer/partitioner";
export { RecordBatch, type RecordHeader } from "./producer/record-batch";
export { isSameTopic, topicIdentities, type TopicIdentities, type TopicIdentity } from "./topic-identities";
export { type PartitionOffsets, topicOffsets } from "./topic-offsets";
export type { Admin, Consumer, EachBatchPayload, KafkaMessage } from "kafkajs";
export { TooOldBroker } from "./any-broker";
export {
  ClusterAdmin,
  type PlacedPartition,
  type TopicConfigEntry,
  type TopicConfigs,
} from "./cluster-admin";
export type { CreateOutcome } from "./create-outcome";
export type { TopicConfigChange } from "./protocol/alter-configs";
export type { PartitionsToAdd } from "./protocol/create-partitions";
export type { TopicToCreate } from "./protocol/create-topics";
export type { ReplicaSize } from "./protocol/describe-log-dirs";
export type { QuorumDescription, QuorumListener, QuorumReplica } from "./protocol/describe-quorum";
export type { TopicPartitions } from "./protocol/elect-leaders";
export {
  type ClusterDescription,
  isThere,
  type PartitionDescription,
  type TopicDescription,
} from "./protocol/metadata";
export type { BrokerDescription } from "./protocol/metadata";
export type { CommittedOffset } from "./protocol/offset-fetch";
export { connectionProblem } from "./outages";
export type { RaftVoter } from "./protocol/raft-voter";
export { QuorumAdmin } from "./quorum-admin";
