/** The one door to Kafka: nothing outside this folder imports kafkajs. */
export { createKafka, type KafkaClient } from "./transport/client";
export { fetchedOffset } from "./consume/batch";
export { ClusterView } from "./admin/cluster-view";
export { type Assignment, consume, existingTopics } from "./consume/consume";
export { ConsumerPulse } from "./consume/consumer-health";
export { isFromKafka, kafkaReason, protocolErrorOf } from "./transport/errors";
export { follow } from "./follow/follow";
export type {
  FollowedBatch,
  FollowedPosition,
  Follower,
  FollowOptions,
  PartitionToFollow,
} from "./follow/options";
export { headerOf, lengthOf, offsetOf, RecordView } from "./record-batch/record-view";
export { reasonOf, UnreadableRecord } from "./record-batch/unreadable";
export { type PartitionLag, PartitionLags } from "./consume/partition-lags";
export { readBackwards, type ReadBackwardsOptions, type BackwardRecord } from "./read-backwards/read-backwards";
export {
  IdempotentProducer,
  type IdempotentProducerOptions,
  type OnAcknowledged,
} from "./produce/idempotent-producer";
export { partitionOfKey } from "./produce/partitioner";
export { RecordBatch, type RecordHeader } from "./record-batch/batch-writer";
export { isSameTopic, topicIdentities, type TopicIdentities, type TopicIdentity } from "./admin/topic-identities";
export { type PartitionOffsets, topicOffsets } from "./admin/topic-offsets";
export type { Admin, Consumer, EachBatchPayload, KafkaMessage } from "kafkajs";
export { TooOldBroker } from "./transport/any-broker";
export {
  ClusterAdmin,
  type PlacedPartition,
  type TopicConfigEntry,
  type TopicConfigs,
} from "./admin/cluster-admin";
export type { CreateOutcome } from "./admin/create-outcome";
export type { TopicConfigChange } from "./requests/alter-configs";
export type { PartitionsToAdd } from "./requests/create-partitions";
export type { TopicToCreate } from "./requests/create-topics";
export type { ReplicaSize } from "./requests/describe-log-dirs";
export type { QuorumDescription, QuorumListener, QuorumReplica } from "./requests/describe-quorum";
export type { TopicPartitions } from "./requests/elect-leaders";
export {
  type ClusterDescription,
  isThere,
  type PartitionDescription,
  type TopicDescription,
} from "./requests/metadata";
export type { BrokerDescription } from "./requests/metadata";
export type { CommittedOffset } from "./requests/offset-fetch";
export { connectionProblem } from "./transport/outages";
export type { RaftVoter } from "./requests/raft-voter";
export { QuorumAdmin } from "./admin/quorum-admin";
