import {
  type ClusterAdmin,
  type ClusterDescription,
  type CreateOutcome,
  KafkaError,
  type PartitionDescription,
  type PartitionsToAdd,
  type PlacedPartition,
  type QuorumAdmin,
  type QuorumDescription,
  type RaftVoter,
  type ReplicaSize,
  type TopicConfigChange,
  type TopicConfigs,
  type TopicPartitions,
  type TopicToCreate,
} from "../../shared/kafka";

/** A cluster in memory that carries out requests at once. Tests replace single methods by ones that fail. */
export class FakeCluster implements Pick<ClusterAdmin, keyof ClusterAdmin> {
  readonly topics = new Map<string, PartitionDescription[]>();
  readonly configs = new Map<string, Map<string, string>>();

  /** Ids of brokers that are registered but gone. */
  readonly fenced = new Set<number>();

  /** @param brokers ids of the brokers that are registered and alive */
  constructor(public brokers: readonly number[]) {}

  /** Adds or replaces a topic. The first living in-sync replica of each partition leads it. */
  put(name: string, partitions: readonly (readonly [replicas: number[], inSync: number[]])[]): void {
    this.topics.set(
      name,
      partitions.map(([replicas, inSyncReplicas], partition) => {
        const leader = inSyncReplicas.find((broker) => this.brokers.includes(broker)) ?? -1;
        return { partition, leader, replicas, inSyncReplicas };
      }),
    );
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  describe(): Promise<ClusterDescription> {
    return Promise.resolve({
      clusterId: "c",
      brokers: this.brokers.map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 29_092 })),
      controllerId: this.brokers[0] ?? -1,
      topics: [...this.topics].map(([name, partitions]) => {
        return { errorCode: 0, name, topicId: undefined, partitions: [...partitions] };
      }),
    });
  }

  describeBy(_nodeId: number): Promise<ClusterDescription> {
    return this.describe();
  }

  createTopics(topics: readonly TopicToCreate[]): Promise<ReadonlyMap<string, CreateOutcome>> {
    return Promise.resolve(
      new Map(
        topics.map(({ name, assignment }): [string, CreateOutcome] => {
          if (this.topics.has(name)) return [name, { kind: "existed" }];
          this.put(
            name,
            assignment.map((replicas) => [[...replicas], [...replicas]] as const),
          );
          return [name, { kind: "created" }];
        }),
      ),
    );
  }

  createPartitions(topics: readonly PartitionsToAdd[]): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>();
    for (const { topic, count, added } of topics) {
      const found = this.topics.get(topic) ?? [];
      if (found.length >= count) {
        refused.set(topic, `Topic already has ${found.length} partitions (INVALID_PARTITIONS)`);
        continue;
      }
      const all = [...found, ...added.map((replicas) => ({ replicas, inSyncReplicas: replicas }))];
      this.put(
        topic,
        all.map(({ replicas, inSyncReplicas }) => [[...replicas], [...inSyncReplicas]] as const),
      );
    }
    return Promise.resolve(refused);
  }

  reassign(placed: readonly PlacedPartition[]): Promise<(PlacedPartition & { readonly reason: string })[]> {
    for (const { topic, partition, replicas } of placed) {
      const partitions = this.topics.get(topic) ?? [];
      partitions[partition] = {
        partition,
        leader: replicas[0] ?? -1,
        replicas: [...replicas],
        inSyncReplicas: [...replicas],
      };
    }
    return Promise.resolve([]);
  }

  reassignments(): Promise<PlacedPartition[]> {
    return Promise.resolve([]);
  }

  topicConfigs(topics: readonly string[], names: readonly string[]): Promise<TopicConfigs> {
    const entriesOf = (topic: string) =>
      names.map((name) => {
        const value = this.configs.get(topic)?.get(name);
        return [name, { value: value ?? "1", isOverride: value !== undefined }] as const;
      });
    return Promise.resolve(new Map(topics.map((topic) => [topic, new Map(entriesOf(topic))])));
  }

  changeTopicConfigs(changes: readonly TopicConfigChange[]): Promise<void> {
    for (const { topic, changes: ofTopic } of changes) {
      const configs = this.configs.get(topic) ?? new Map<string, string>();
      this.configs.set(topic, configs);
      for (const [name, value] of ofTopic) {
        if (value === undefined) configs.delete(name);
        else configs.set(name, value);
      }
    }
    return Promise.resolve();
  }

  electPreferredLeaders(): Promise<void> {
    return Promise.resolve();
  }

  replicaSizes(_nodeId: number, _topics: readonly TopicPartitions[]): Promise<readonly ReplicaSize[]> {
    return Promise.resolve([]);
  }

  unregisterBroker(nodeId: number): Promise<boolean> {
    return Promise.resolve(this.fenced.delete(nodeId));
  }
}

/** The metadata quorum of a KRaft cluster in memory. It changes at once, and its first voter leads it. */
export class FakeQuorum implements Pick<QuorumAdmin, keyof QuorumAdmin> {
  /** @param nodes ids of all nodes; those that are not in `voters` are observers */
  constructor(
    private readonly nodes: readonly number[],
    public voters: readonly number[],
  ) {}

  describe(): Promise<QuorumDescription> {
    const replica = (nodeId: number) => ({ nodeId, directoryId: `d${nodeId}`, lastFetchMs: 1000 });
    return Promise.resolve({
      leaderId: this.voters[0] ?? -1,
      voters: this.voters.map(replica),
      observers: this.nodes.filter((id) => !this.voters.includes(id)).map(replica),
      listeners: new Map(),
    });
  }

  addVoter({ nodeId }: RaftVoter): Promise<void> {
    this.voters = [...this.voters, nodeId];
    return Promise.resolve();
  }

  removeVoter({ nodeId }: RaftVoter): Promise<void> {
    this.voters = this.voters.filter((id) => id !== nodeId);
    return Promise.resolve();
  }
}

/** The error of the Kafka client when a broker goes away. */
export function connectionError(): Error {
  return new KafkaError("CONNECTION_FAILED", "connect ECONNREFUSED");
}

/** The error of the Kafka client when brokers refuse a request. */
export function refusal(type: string, message: string): Error {
  return new KafkaError(type, message);
}
