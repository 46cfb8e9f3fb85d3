import type { NodeFrame } from "../../../../contract/frames/frames";
import {
  type ClusterView,
  type FollowedPosition,
  type KafkaClient,
  kafkaReason,
} from "../../../shared/kafka";
import type { Logger } from "../../../shared/logger";
import type { Cluster, PartitionBounds, PlacedPartition } from "./cluster";
import { zookeeperCheck, brokerCheck, controllerCheck, NodeWatch, repeat, type WatchedNodes } from "./nodes";
import { CommittedOffsets, lagOf, Placements } from "./offsets";

/** The parts of a cluster to watch. */
export interface ClusterWatchOptions {
  readonly nodes: WatchedNodes;
  readonly topics: readonly string[];
  /** Consumer groups whose lag is shown. */
  readonly groups: readonly string[];
  /** The position in a partition by its leader's last answer; asks nobody. */
  readonly positionOf: (topic: string, partition: number) => FollowedPosition | undefined;
}

const describeEveryMs = 2000;
const committedEveryMs = 2000;

/**
 * Watches the condition of the nodes of a cluster, the placement of partitions, and the lag of groups. Each node is checked by itself,
 * each second, for at most two seconds, so that its death is noticed within three. Nothing here ever throws.
 */
export class ClusterWatch implements Cluster {
  private readonly stopping = new AbortController();
  private readonly logger: Logger;
  private readonly brokerView: ClusterView;
  private readonly controllerView: ClusterView;
  private readonly brokerWatches: readonly { readonly id: number; readonly watch: NodeWatch }[];
  private readonly quorumWatches: readonly NodeWatch[];
  private readonly placements = new Placements();
  private readonly committed = new CommittedOffsets();
  private running: Promise<unknown> = Promise.resolve();
  private turn = 0;

  constructor(
    kafka: KafkaClient,
    private readonly options: ClusterWatchOptions,
  ) {
    const { brokers, quorum, coordination } = options.nodes;
    this.logger = kafka.logger;
    this.brokerView = kafka.clusterView(brokers.map(({ id, host, port }) => ({ nodeId: id, host, port })));
    this.controllerView = kafka.clusterView(
      coordination === "kraft" ? quorum.map(({ host, port }, nodeId) => ({ nodeId, host, port })) : [],
    );
    this.brokerWatches = brokers.map(({ id, name }) => ({
      id,
      watch: new NodeWatch(name, brokerCheck(this.brokerView, id)),
    }));
    this.quorumWatches = quorum.map(({ name, host, port }, nodeId) => {
      const isController = coordination === "kraft";
      return new NodeWatch(
        name,
        isController ? controllerCheck(this.controllerView, nodeId) : () => zookeeperCheck(host, port),
      );
    });
  }

  start(): void {
    const { signal } = this.stopping;
    const watches = [...this.brokerWatches.map(({ watch }) => watch), ...this.quorumWatches];
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

  get quorum(): readonly NodeFrame[] {
    return this.quorumWatches.map(({ frame }) => frame);
  }

  /** While no broker answers, no partition has a leader. */
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

  /** Brokers that are healthy. */
  private answering(): number[] {
    const healthy = this.brokerWatches.filter(({ watch }) => watch.frame.condition === "healthy");
    return healthy.map(({ id }) => id);
  }

  /** One of the healthy brokers; they take turns. */
  private anyBroker(): number | undefined {
    const ids = this.answering();
    return ids[this.turn++ % Math.max(1, ids.length)];
  }

  private async describe(): Promise<void> {
    const broker = this.anyBroker();
    if (broker === undefined) return;
    await this.attempt(`broker ${broker} does not describe the topics`, async () =>
      this.placements.update(await this.brokerView.describe(broker, this.options.topics)),
    );
  }

  private async findCommitted(group: string): Promise<void> {
    const broker = this.anyBroker();
    if (broker === undefined) return;
    await this.attempt(`the committed offsets of group "${group}" are unknown`, async () =>
      this.committed.update(group, await this.brokerView.committedOffsets(broker, group)),
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
