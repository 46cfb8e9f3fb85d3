import type { DashboardEnvironment } from "../../../contract/environment/dashboard";
import { DeviceCounts, deviceCountsPath, metricsPath, metricsPort } from "../../../contract/metrics";
import {
  healthUrlOf,
  hostOf,
  type MappedConsumer,
  type StackMap,
} from "../../../contract/environment/stack-map";
import { follow, type KafkaClient, reasonOf } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import { ConditionRecord } from "./condition";
import { ClusterWatch } from "./cluster/cluster-watch";
import { nodesOf } from "./cluster/nodes";
import type { Conservation } from "./conservation/conservation";
import { Ledger } from "./conservation/ledger";
import { ConsumerMetrics } from "./containers/consumer-metrics";
import { ContainerWatch, type WatchedContainer } from "./containers/container-watch";
import { ContainerClient } from "./containers/http";
import type { NodeFrame } from "../../../contract/frames/frames";
import { Catalog } from "./curves/catalog";
import { Latencies } from "./curves/latencies";
import { Rates } from "./curves/rates";
import { TableWatch } from "./lake/table-watch";
import { ProofWatch } from "./proof/proof-watch";
import { Observer } from "./reading/observer";
import { Readers } from "./reading/readers";
import { publishedTo } from "./views/cluster-source";

const tickMs = 1_000;

export interface StackWatchOptions {
  readonly settings: DashboardEnvironment;
  readonly kafka: KafkaClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Everything that is known of a stack, kept current: each part looks by itself, and none waits for another. */
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
  readonly conservation: Conservation;
  readonly table: TableWatch;
  readonly proof: ProofWatch;
  private readonly client = new ContainerClient();
  private readonly deviceWatch: ContainerWatch;
  /** Apart from devices, of which there may be so many that each is looked at seldom. */
  private readonly consumerWatch: ContainerWatch;
  private readonly observer: Observer;
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
    this.conservation = new Ledger(this.catalog.devices);
    this.table = new TableWatch({
      paths: { observations: settings.LAKE_TABLE_PATH, deadLetters: settings.LAKE_DEAD_LETTERS_PATH },
      account: this.conservation.table,
      logger,
      signal,
    });
    const ask = (url: string) => this.client.get(url);
    this.deviceWatch = new ContainerWatch(this.watchedFleets(), ask);
    this.consumerWatch = new ContainerWatch(this.watchedConsumers(), ask);
    this.observer = new Observer(this);
    this.readers = new Readers({
      topics: this.topics,
      follow: (following) => follow(kafka, following),
      observer: this.observer,
      conservation: this.conservation,
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
    this.proof = this.watchProof(settings);
  }

  private watchProof({ CONSUMER_NAME, LAKE_FLUSH_INTERVAL_MS }: DashboardEnvironment): ProofWatch {
    const { map, topics, cluster, readers, table, conservation } = this;
    const isPlanned = map.consumers.some(({ name }) => name === CONSUMER_NAME);
    return new ProofWatch({
      // Who looks for `npm run status` is no part of the stack.
      ownName: isPlanned ? CONSUMER_NAME : "the observer",
      topics,
      consumers: map.consumers,
      cluster,
      positionOf: (topic, partition) => readers.position(topic, partition),
      unreadable: () => readers.unreadable,
      tableNext: (topic, partition) => table.incarnations.get(topic)?.at(-1)?.partitions.get(partition)?.next,
      tableHas: (offsets) => conservation.tableHas(offsets),
      table: () => ({
        hasLooked: table.hasLooked,
        isThere: table.summary !== undefined,
        problem: table.problem ?? table.reading.problem,
      }),
      shares: () => ({ topics: conservation.totals().topicsRead, table: table.reading.progress }),
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

  /** How a container of devices or of a consumer does; undefined for one that the plan does not know. */
  containerOf(name: string): NodeFrame | undefined {
    if (name === this.own.name) return this.own.frame;
    const consumer = this.consumerWatch.frame(name);
    return consumer === undefined ? this.deviceWatch.frame(name) : this.proof.consumer(consumer);
  }

  /** What is wrong with this program's own work, in one line; undefined while all is well. */
  get ownComplaint(): string | undefined {
    return this.proof.ownComplaint;
  }

  /** Messages that were read from the topics. */
  get messagesRead(): number {
    return this.observer.messagesRead;
  }

  /** How all containers of devices do. */
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
    this.consumerMetrics.hasRead(this.own.name, this.observer.messagesRead);
    this.consumerMetrics.tick(nowMs);
    this.readers.tick();
    for (const topic of this.topics)
      this.conservation.topicHas(topic, this.cluster.partitionsOf(topic).length);
    this.conservation.tick(nowMs);
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
      onData: (body) =>
        this.conservation.deviceCounts(members, DeviceCounts.parse(JSON.parse(body)), Date.now()),
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
