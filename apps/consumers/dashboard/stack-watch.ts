import type { DashboardEnvironment } from "../../../contract/environment/dashboard";
import {
  healthUrlOf,
  hostOf,
  type MappedConsumer,
  type StackMap,
} from "../../../contract/environment/stack-map";
import type { NodeFrame } from "../../../contract/frames/frames";
import { DeviceCounts, deviceCountsPath, metricsPath, metricsPort } from "../../../contract/metrics";
import { follow, type KafkaClient, reasonOf } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import { publishedTo } from "./cluster/cluster";
import { ClusterWatch } from "./cluster/cluster-watch";
import { nodesOf } from "./cluster/nodes";
import { ConditionRecord } from "./containers/condition";
import { ConsumerMetrics } from "./containers/consumer-metrics";
import { ContainerClient, ContainerWatch, type WatchedContainer } from "./containers/container-watch";
import { TableWatch } from "./lake/table-watch";
import { ProofWatch } from "./proof/proof";
import type { ReconciliationEvent } from "./reconciliation/events";
import { Reconciliation } from "./reconciliation/reconciliation";
import { Catalog } from "./topics/catalog";
import { Latencies, Rates } from "./topics/rates";
import { Readers } from "./topics/readers";
import { ReconciliationView } from "./views/reconciliation-view";

const tickMs = 1_000;

export interface StackWatchOptions {
  readonly settings: DashboardEnvironment;
  readonly kafka: KafkaClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * The current state of a stack. Each part watches its piece by itself, and none waits for another; what they find of messages and rows
 * goes to one reconciliation.
 */
export class StackWatch {
  readonly map: StackMap;
  /** Sorted. */
  readonly topics: readonly string[];
  /** Consumer groups, sorted. */
  readonly groups: readonly string[];
  readonly catalog: Catalog;
  readonly deviceRates = new Rates();
  readonly topicRates = new Rates();
  readonly latencies = new Latencies();
  readonly consumerMetrics: ConsumerMetrics;
  readonly cluster: ClusterWatch;
  readonly reconciliation: ReconciliationView;
  readonly table: TableWatch;
  readonly proof: ProofWatch;
  private readonly client = new ContainerClient();
  private readonly deviceWatch: ContainerWatch;
  /** Apart from devices, which may be so many that each is checked rarely. */
  private readonly consumerWatch: ContainerWatch;
  private readonly readers: Readers;
  private readonly own: ConditionRecord;

  constructor({ settings, kafka, logger, signal }: StackWatchOptions) {
    this.map = settings.DASHBOARD_STACK;
    this.topics = settings.CONSUMER_TOPICS.toSorted();
    this.groups = [...new Set(this.map.consumers.flatMap(({ group }) => group ?? []))].sort();
    this.own = new ConditionRecord(settings.CONSUMER_NAME);
    this.own.set("healthy");
    this.catalog = new Catalog(this.map.devices);
    this.consumerMetrics = new ConsumerMetrics(this.map.consumers.map(({ name }) => name));
    const reconciliation = new Reconciliation(this.catalog.devices);
    this.reconciliation = new ReconciliationView(reconciliation);
    const apply = (event: ReconciliationEvent) => this.reconciliation.apply(event);
    this.table = new TableWatch({
      paths: { observations: settings.LAKE_TABLE_PATH, deadLetters: settings.LAKE_DEAD_LETTERS_PATH },
      apply,
      ownerOf: (topic, key) => reconciliation.ownerOf(topic, key),
      logger,
      signal,
    });
    const ask = (url: string) => this.client.get(url);
    this.deviceWatch = new ContainerWatch(this.watchedFleets(), ask);
    this.consumerWatch = new ContainerWatch(this.watchedConsumers(), ask);
    this.readers = new Readers({
      topics: this.topics,
      follow: (following) => follow(kafka, following),
      apply,
      live: this,
      onUnreadable: (topic, partition, firstOffset, lastOffset, problem) =>
        logger.warn(`messages cannot be read: ${reasonOf({ firstOffset, lastOffset, problem })}`, {
          topic,
          partition,
        }),
      signal,
    });
    this.cluster = new ClusterWatch(kafka, {
      nodes: nodesOf(this.map),
      topics: this.topics,
      groups: this.groups,
      positionOf: (topic, partition) => this.readers.position(topic, partition),
    });
    this.proof = this.watchProof(settings, (offsets) => reconciliation.tableHas(offsets));
  }

  private watchProof(
    { CONSUMER_NAME, LAKE_FLUSH_INTERVAL_MS }: DashboardEnvironment,
    tableHas: Reconciliation["tableHas"],
  ): ProofWatch {
    const { map, topics, cluster, readers, table, reconciliation } = this;
    const isPlanned = map.consumers.some(({ name }) => name === CONSUMER_NAME);
    return new ProofWatch({
      // The observer of `npm run status` is no part of the stack.
      ownName: isPlanned ? CONSUMER_NAME : "the observer",
      topics,
      consumers: map.consumers,
      cluster,
      positionOf: (topic, partition) => readers.position(topic, partition),
      unreadable: () => readers.unreadable,
      tableNext: (topic, partition) => table.incarnations.get(topic)?.at(-1)?.partitions.get(partition)?.next,
      tableHas: (offsets) => tableHas(offsets),
      table: () => ({
        isKnown: table.isKnown,
        exists: table.summary !== undefined,
        problem: table.problem ?? table.reading.problem,
      }),
      shares: () => ({ topics: reconciliation.totals.topicsRead, table: table.reading.progress }),
      containerOf: (name) => this.consumerWatch.frame(name),
      flushIntervalMs: LAKE_FLUSH_INTERVAL_MS,
    });
  }

  /** Runs until the signal aborts. Rejects when reading cannot go on. */
  async run(): Promise<void> {
    this.deviceWatch.start();
    this.consumerWatch.start();
    this.cluster.start();
    const timer = setInterval(() => this.tick(Date.now()), tickMs).unref();
    try {
      await Promise.all([this.table.run(), this.readers.run()]);
    } finally {
      clearInterval(timer);
      this.deviceWatch.stop();
      this.consumerWatch.stop();
      await this.cluster.stop();
      this.client.close();
    }
  }

  /** The condition of a container of devices or of a consumer; undefined for one that the plan does not know. */
  containerOf(name: string): NodeFrame | undefined {
    if (name === this.own.name) return this.own.frame;
    const consumer = this.consumerWatch.frame(name);
    return consumer === undefined ? this.deviceWatch.frame(name) : this.proof.consumer(consumer);
  }

  /** What is wrong with this program's own work, in one line; undefined while all is well. */
  get ownComplaint(): string | undefined {
    return this.proof.ownComplaint;
  }

  /** How many messages were read from the topics. */
  get messagesRead(): number {
    return this.readers.messagesRead;
  }

  /** The conditions of all containers of devices. */
  deviceContainers(): NodeFrame[] {
    const names = new Set(this.catalog.devices.map(({ container }) => container));
    return [...names].flatMap((name) => this.deviceWatch.frame(name) ?? []);
  }

  private tick(nowMs: number): void {
    this.topics.forEach((topic, place) => {
      const published = publishedTo(this.cluster, topic);
      if (published !== undefined) this.topicRates.set(place, published);
    });
    this.topicRates.tick(nowMs);
    this.deviceRates.tick(nowMs);
    this.consumerMetrics.hasRead(this.own.name, this.readers.messagesRead);
    this.consumerMetrics.tick(nowMs);
    this.readers.tick();
    for (const topic of this.topics) {
      const partitions = this.cluster.partitionsOf(topic).length;
      this.reconciliation.apply({ type: "partition count", topic, partitions });
    }
    this.reconciliation.apply({ type: "tick", nowMs });
    this.proof.tick();
    const complaint = this.ownComplaint;
    this.own.set(complaint === undefined ? "healthy" : "sick", complaint);
  }

  private watchedFleets(): WatchedContainer[] {
    const devices = Map.groupBy(this.catalog.devices, ({ container }) => container);
    return [...devices].map(([name, members]) =>
      this.watchedDevices(
        name,
        members.map((device) => device.name),
      ),
    );
  }

  private watchedConsumers(): WatchedContainer[] {
    const { stack, consumers } = this.map;
    return consumers
      .filter(({ name }) => name !== this.own.name)
      .map((consumer) => this.watchedConsumer(stack, consumer));
  }

  private watchedDevices(name: string, members: readonly string[]): WatchedContainer {
    const { stack } = this.map;
    return {
      name,
      healthUrl: healthUrlOf(stack, { name }),
      dataUrl: `http://${hostOf(stack, name)}:${metricsPort}${deviceCountsPath}`,
      onData: (body) => {
        const counts = DeviceCounts.parse(JSON.parse(body));
        this.reconciliation.apply({ type: "device counts", devices: members, counts, nowMs: Date.now() });
      },
    };
  }

  private watchedConsumer(stack: string, consumer: MappedConsumer): WatchedContainer {
    const { name, group } = consumer;
    return {
      name,
      healthUrl: healthUrlOf(stack, consumer),
      ...(group !== undefined && {
        dataUrl: `http://${hostOf(stack, name)}:${metricsPort}${metricsPath}`,
        onData: (body: string) => this.consumerMetrics.take(name, body),
      }),
    };
  }
}
