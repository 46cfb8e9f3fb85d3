/** The only way to Kafka: nothing outside this folder imports kafkajs. */
export { ClusterAdmin, type CreateOutcome, QuorumAdmin } from "./admin/cluster-admin";
export type { PlacedPartition, TopicConfigEntry, TopicConfigs } from "./admin/cluster-admin";
export { ClusterView } from "./admin/cluster-view";
export { existingTopics, isSameTopic } from "./admin/topics";
export { topicIdentities, type TopicIdentities, type TopicIdentity, topicOffsets } from "./admin/topics";
export { consume } from "./consume/consume";
export { ConsumerHealth } from "./consume/consumer-health";
export { fetchedOffset, type PartitionLag, PartitionLags } from "./consume/partition-lags";
export type { Assignment } from "./consume/partition-progress";
export { follow } from "./follow/follow";
export type {
  FollowedBatch,
  FollowedPosition,
  Follower,
  FollowOptions,
  PartitionToFollow,
} from "./follow/options";
export {
  IdempotentProducer,
  type IdempotentProducerOptions,
  type OnAcknowledged,
} from "./produce/idempotent-producer";
export { partitionOfKey } from "./produce/partitioner";
export {
  type BackwardRecord,
  readBackwards,
  type ReadBackwardsOptions,
} from "./read-backwards/read-backwards";
export { RecordBatch, type RecordHeader } from "./record-batch/batch-writer";
export { headerOf, type KafkaMessage, lengthOf, offsetOf, RecordView } from "./record-batch/record-view";
export { reasonOf, UnreadableRecord } from "./record-batch/unreadable";
export type { TopicConfigChange } from "./requests/alter-configs";
export type { PartitionsToAdd } from "./requests/create-partitions";
export type { TopicToCreate } from "./requests/create-topics";
export type { ReplicaSize } from "./requests/describe-log-dirs";
export type { QuorumDescription, QuorumListener, QuorumReplica } from "./requests/describe-quorum";
export type { TopicPartitions } from "./requests/elect-leaders";
export {
  type BrokerDescription,
  type ClusterDescription,
  isThere,
  type PartitionDescription,
  type TopicDescription,
} from "./requests/metadata";
export type { PartitionOffsets } from "./requests/list-offsets";
export type { CommittedOffset } from "./requests/offset-fetch";
export type { RaftVoter } from "./requests/raft-voter";
export { createKafka, type KafkaClient } from "./transport/client";
export {
  connectionProblem,
  isFromKafka,
  KafkaError,
  kafkaReason,
  protocolErrorOf,
  TooOldBroker,
} from "./transport/errors";
export type { Admin, Consumer, EachBatchPayload } from "./transport/kafkajs-internals";
