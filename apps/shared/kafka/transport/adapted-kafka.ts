import { Kafka } from "kafkajs";
import { decodeFetch } from "./fetch-decoding";
import {
  adaptClient,
  type Adaptation,
  type Admin,
  type ClusterInternals,
  type Consumer,
  type ConsumerConfig,
  type CreateCluster,
  type KafkaConfig,
} from "./kafkajs-internals";

/** How often kafkajs refreshes metadata by default, in milliseconds. */
const defaultMetadataMaxAgeMs = 300_000;

/** A client of kafkajs whose own connections, and no others in the process, have the corrections of kafkajs-internals.ts. */
export class AdaptedKafka {
  /** The client itself. All that it makes is adapted. */
  readonly kafka: Kafka;
  private readonly createCluster: CreateCluster;
  /** The connections that kafkajs made last. */
  private made: readonly ClusterInternals[] = [];

  /** @param adaptation see {@link Adaptation}; metadata must be complete by default */
  constructor(config: KafkaConfig, adaptation: Partial<Pick<Adaptation, "acceptsIncompleteMetadata">> = {}) {
    this.kafka = new Kafka(config);
    const { acceptsIncompleteMetadata = false } = adaptation;
    this.createCluster = adaptClient(this.kafka, { acceptsIncompleteMetadata, decodeFetch }, (cluster) => {
      this.made = [cluster];
    });
  }

  admin(): Admin {
    return this.kafka.admin();
  }

  /** A new consumer, and its connections. */
  consumer(config: ConsumerConfig): { readonly consumer: Consumer; readonly cluster: ClusterInternals } {
    this.made = [];
    const consumer = this.kafka.consumer(config);
    const [cluster] = this.made;
    if (cluster === undefined) throw new Error("kafkajs made a consumer without connections");
    return { consumer, cluster };
  }

  /** New connections that belong to no producer, consumer or admin client. */
  newCluster(): ClusterInternals {
    return this.createCluster({ allowAutoTopicCreation: false, metadataMaxAge: defaultMetadataMaxAgeMs });
  }
}
