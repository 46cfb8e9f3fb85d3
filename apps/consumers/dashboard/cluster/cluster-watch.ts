import type { ClusterView, FollowedPosition, KafkaClient } from "../../../shared/kafka";
import { kafkaReason } from "../../../shared/kafka";
import type { Logger } from "../../../shared/logger";
import type { NodeFrame } from "../../../../contract/frames/frames";
import type { ClusterSource, PartitionBounds, PlacedPartition } from "../views/cluster-source";
import { lookAtBroker, lookAtController } from "./looks";
import { CommittedOffsets } from "./committed-offsets";
import { lagOf } from "./lag";
import { NodeWatch } from "./node-watch";
import type { WatchedNodes } from "./nodes";
import { Placements } from "./placements";
import { repeat } from "./repeat";
import { askZookeeper } from "./zookeeper";

/** What is watched of a cluster. */
export interface ClusterWatchOptions {
  readonly nodes: WatchedNodes;
  readonly topics: readonly string[];
  /** Consumer groups whose lag is of interest. */
  readonly groups: readonly string[];
  /** Where a partition is by the last answer of its leader; nobody is asked. */
  readonly positionOf: (topic: string, partition: number) => FollowedPosition | undefined;
}

const describeEveryMs = 2000;
const committedEveryMs = 2000;

/**
 * Knows how the nodes of a cluster do, where partitions lie, and how far groups are. Each node is looked at by itself, each second, for
 * two seconds at most, so that the death of one is known within three. Nothing here ever throws.
 */
export class ClusterWatch implements ClusterSource {
  private readonly stopping = new AbortController();
  private readonly logger: Logger;
  private readonly brokerView: ClusterView;
  private readonly controllerView: ClusterView;
  private readonly brokerWatches: readonly { readonly id: number; readonly watch: NodeWatch }[];
  private readonly coordinatorWatches: readonly NodeWatch[];
  private readonly placements = new Placements();
  private readonly committed = new CommittedOffsets();
  private running: Promise<unknown> = Promise.resolve();
  private turn = 0;

  constructor(
    kafka: KafkaClient,
    private readonly options: ClusterWatchOptions,
  ) {
    const { brokers, coordinators, coordination } = options.nodes;
    this.logger = kafka.logger;
    this.brokerView = kafka.clusterView(brokers.map(({ id, host, port }) => ({ nodeId: id, host, port })));
    this.controllerView = kafka.clusterView(
      coordination === "kraft" ? coordinators.map(({ host, port }, nodeId) => ({ nodeId, host, port })) : [],
    );
    this.brokerWatches = brokers.map(({ id, name }) => ({
      id,
      watch: new NodeWatch(name, lookAtBroker(this.brokerView, id)),
    }));
    this.coordinatorWatches = coordinators.map(({ name, host, port }, nodeId) => {
      const isController = coordination === "kraft";
      return new NodeWatch(
        name,
        isController ? lookAtController(this.controllerView, nodeId) : () => askZookeeper(host, port),
      );
    });
  }

  start(): void {
    const { signal } = this.stopping;
    const watches = [...this.brokerWatches.map(({ watch }) => watch), ...this.coordinatorWatches];
    this.running = Promise.all([
      ...watches.map((watch) => watch.run(signal)),
      repeat(describeEveryMs, signal, () => this.describe()),
      ...this.options.groups.map((group) =>
        repeat(committedEveryMs, signal, () => this.findCommitted(group)),
      ),
    ]);
  }

  /** Resolves when all connections are closed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.brokerView.close(), this.controllerView.close(), this.running]);
  }

  get brokers(): readonly (NodeFrame & { readonly id: number })[] {
    return this.brokerWatches.map(({ id, watch }) => ({ ...watch.frame, id }));
  }

  get coordinators(): readonly NodeFrame[] {
    return this.coordinatorWatches.map(({ frame }) => frame);
  }

  /** While no broker answers, nobody leads anything. */
  partitionsOf(topic: string): readonly PlacedPartition[] {
    const partitions = this.placements.of(topic);
    if (this.answering().length > 0) return partitions;
    return partitions.map((partition) => ({ ...partition, leader: null, inSync: [] }));
  }

  boundsOf(topic: string, partition: number): PartitionBounds | undefined {
    return this.options.positionOf(topic, partition);
  }

  lagOf(group: string, topic: string, partition: number): number | undefined {
    const bounds = this.boundsOf(topic, partition);
    const committed = this.committed.of(group, topic, partition);
    if (bounds === undefined || committed === "unknown") return undefined;
    return lagOf(bounds, committed === "none" ? undefined : committed);
  }

  /** Brokers that do well. */
  private answering(): number[] {
    const healthy = this.brokerWatches.filter(({ watch }) => watch.frame.condition === "healthy");
    return healthy.map(({ id }) => id);
  }

  /** One of the brokers that do well; they take turns. */
  private anyBroker(): number | undefined {
    const ids = this.answering();
    return ids[this.turn++ % Math.max(1, ids.length)];
  }

  private async describe(): Promise<void> {
    const broker = this.anyBroker();
    if (broker === undefined) return;
    await this.attempt(`broker ${broker} does not describe the topics`, async () =>
      this.placements.learn(await this.brokerView.describe(broker, this.options.topics)),
    );
  }

  private async findCommitted(group: string): Promise<void> {
    const broker = this.anyBroker();
    if (broker === undefined) return;
    await this.attempt(`what group "${group}" has committed is not known`, async () =>
      this.committed.learn(group, await this.brokerView.committedOffsets(broker, group)),
    );
  }

  private async attempt(problem: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.debug(`${problem}: ${kafkaReason(error)}`);
    }
  }
}
