import type {
  Condition,
  ReconciliationCounts,
  ReconciliationFrame,
  ReconciliationTotals,
  DeviceFrame,
  DevicesFrame,
  Gap,
  LakeFrame,
  LakeSummary,
  NodeFrame,
  OverviewFrame,
  PartitionFrame,
  PointsFrame,
  TopicsFrame,
} from "../../../../../contract/frames/frames";
import { madeUpLabel, madeUpPoints, noise } from "./made-up-curves";
import type { Scenario } from "./scenarios";

/** The query of a page. */
export interface Asked {
  readonly view: string;
  readonly search: string;
  readonly page: number;
  readonly device: string;
}

const startMs = Date.now();
const evil = `<img src=x onerror="document.title='hacked'">`;

/** Frames of a stack that does not exist, as the server would send them. */
export class MadeUpStack {
  private readonly names: readonly string[];

  constructor(private readonly scenario: Scenario) {
    this.names = Array.from({ length: scenario.devices }, (_, index) =>
      scenario.hasMarkup ? ([`${evil} ${index + 1}`, " ", "\u0000"][index % 3] ?? "") : `device-${index + 1}`,
    );
  }

  overview(nowMs: number): OverviewFrame {
    const { brokers, coordinators, consumers, conditions, partitions, devices, sensors } = this.scenario;
    const topics = this.topicNames.length;
    const isDown = Object.values(conditions).filter((each) => each === "unreachable").length >= brokers;
    return {
      stack: "dev",
      nowMs,
      coordination: "zookeeper",
      coordinators: range(coordinators).map((index) => this.node(`zookeeper-${index + 1}`)),
      brokers: range(brokers).map((index) => ({
        ...this.node(`broker-${index + 1}`),
        id: index + 1,
        leads: Math.round((topics * partitions) / brokers),
        inSync: topics * partitions,
        replicas: topics * partitions,
        messagesPerSecond: this.rate / brokers,
      })),
      deviceContainers: this.containers(),
      consumers: consumers.map((name) => ({
        ...this.node(name),
        type: name.replace(/-\d+$/, ""),
        group: name === "dashboard" ? undefined : name,
        messagesPerSecond:
          name === "dashboard" ? null : this.rate / (name.startsWith("lake-") ? consumers.length - 2 : 1),
        lag: name === "dashboard" ? null : Math.round(this.rate * Math.random()),
      })),
      totals: {
        devices,
        sensors: devices * sensors,
        topics,
        partitions: topics * partitions,
        underReplicated: "broker-2" in conditions ? topics : 0,
        leaderless: isDown ? topics * partitions : 0,
        messages: this.messages(nowMs),
        messagesPerSecond: this.rate * (0.98 + Math.random() * 0.04),
        latencyMs: sensors === 0 ? null : { p50: 7 + Math.random() * 3, p99: 40 },
      },
      lake: this.lakeSummary(nowMs),
      conservation: this.reconciliationTotals(nowMs),
    };
  }

  devices(nowMs: number, asked: Asked): DevicesFrame {
    const isOne = asked.view === "device";
    const found = this.names.filter((name) => (isOne ? name === asked.device : name.includes(asked.search)));
    const pageSize = 24;
    const page = Math.max(0, Math.min(asked.page, Math.ceil(found.length / pageSize) - 1));
    const devices = found
      .slice(page * pageSize, (page + 1) * pageSize)
      .map((name) =>
        isOne ? this.device(name, nowMs, 900_000, Infinity) : this.device(name, nowMs, 120_000, 6),
      );
    return { search: asked.search, page, total: found.length, pageSize, devices };
  }

  points(fromMs: number, nowMs: number, { devices }: DevicesFrame, withStates: boolean): PointsFrame {
    const points = devices.map((device) => [
      device.name,
      Object.fromEntries(
        device.sensors.map(({ name }, sensor) => {
          const fresh = this.curve(device.name, sensor, fromMs, nowMs);
          const label = madeUpLabel(sensor, fresh.at(-1)?.[1]);
          return [name, { points: fresh, ...(label !== undefined && { label }) }];
        }),
      ) as PointsFrame["points"][string],
    ]);
    return {
      nowMs,
      points: Object.fromEntries(points) as PointsFrame["points"],
      ...(withStates && {
        states: Object.fromEntries(
          devices.map(({ name }) => [
            name,
            { condition: this.condition(name), messagesPerSecond: this.scenario.sensors },
          ]),
        ),
      }),
    };
  }

  topics(asked: Asked): TopicsFrame {
    const found = this.topicNames.filter((name) => name.includes(asked.search));
    const pageSize = 50;
    const { partitions, consumers } = this.scenario;
    const groups = [
      ...new Set(consumers.filter((name) => name !== "dashboard").map((name) => name.replace(/-\d+$/, ""))),
    ];
    return {
      search: asked.search,
      page: asked.page,
      total: found.length,
      pageSize,
      groups,
      topics: found.slice(asked.page * pageSize, (asked.page + 1) * pageSize).map((name, index) => ({
        name,
        messages: 1_000 * partitions + index,
        messagesPerSecond: this.rate / this.topicNames.length,
        partitionCount: partitions,
        lag: Object.fromEntries(groups.map((group) => [group, Math.round(Math.random() * 40)])),
        partitions: range(partitions).map((partition) => this.partition(partition, index, groups)),
      })),
    };
  }

  lake(nowMs: number): LakeFrame {
    const summary = this.lakeSummary(nowMs);
    if (summary === null) return { summary, commits: [], minutes: [], minuteCount: 0 };
    const minute = Math.floor(nowMs / 60_000) * 60_000;
    return {
      summary,
      minuteCount: 180,
      minutes: range(60).map((index) => {
        const timeMs = minute - (59 - index) * 60_000;
        const share = index === 59 ? (nowMs - minute) / 60_000 : 1;
        return {
          timeMs,
          rows: Math.round(this.rate * 60 * share * (0.9 + noise(index) * 0.1)),
          files: 6,
          bytes: 60_000,
        };
      }),
      commits: range(20).map((index) => ({
        version: summary.version - index,
        timeMs: summary.committedMs - index * 10_000,
        operation: index === 7 ? "OPTIMIZE" : "WRITE",
        rowsAdded: index === 7 ? 0 : Math.round(this.rate * 10),
        filesAdded: 1,
        filesRemoved: index === 7 ? 6 : 0,
      })),
    };
  }

  conservation(nowMs: number, asked: Asked): ReconciliationFrame {
    const found = this.names.filter((name) => name.includes(asked.search));
    const pageSize = 100;
    const kinds = ["missing in topic", "repeated in table", "missing in table"] as const;
    const gaps = range(this.scenario.gaps).map((index): Gap => ({
      where: `${this.names[index] ?? ""}/${index === 2 ? "0" : "sensor_1"}`,
      device: this.names[index] ?? "",
      kind: kinds[index % 3] ?? "missing in topic",
      unit: index === 2 ? "offset" : "seq",
      from: 1_200 + index,
      to: 1_200 + index * 2,
      count: index + 1,
    }));
    return {
      search: asked.search,
      page: asked.page,
      total: found.length,
      pageSize,
      totals: this.reconciliationTotals(nowMs),
      gaps,
      gapCount: gaps.length,
      rows: found.slice(asked.page * pageSize, (asked.page + 1) * pageSize).map((device, index) => ({
        device,
        topic: device,
        ...this.counts(this.messages(nowMs) / this.names.length, index < gaps.length ? 1 : 0),
      })),
    };
  }

  private get topicNames(): readonly string[] {
    return this.scenario.devicesPerContainer > 1 ? ["fleet"] : this.names;
  }

  private get rate(): number {
    return this.scenario.devices * this.scenario.sensors;
  }

  private messages(nowMs: number): number {
    return Math.round(((nowMs - startMs + 3_600_000) / 1_000) * this.rate);
  }

  private condition(name: string): Condition {
    return this.scenario.conditions[name] ?? "healthy";
  }

  private node(name: string): NodeFrame {
    const condition = this.condition(name);
    const reason = condition === "sick" ? { reason: "no commit for 45 s" } : {};
    return { name, condition, sinceMs: startMs - 90_000, ...reason };
  }

  private containers(): OverviewFrame["deviceContainers"] {
    const { devicesPerContainer, devices, sensors } = this.scenario;
    const names =
      devicesPerContainer === 1
        ? this.names
        : range(devices / devicesPerContainer).map((index) => `fleet-${index + 1}`);
    const nodes = names.map((name) => this.node(name));
    const byCondition = { healthy: 0, sick: 0, unreachable: 0, unknown: 0 };
    for (const { condition } of nodes) byCondition[condition]++;
    const shown = [...nodes]
      .sort((one, other) => Number(one.condition === "healthy") - Number(other.condition === "healthy"))
      .slice(0, 12)
      .map((node) => ({
        ...node,
        devices: devicesPerContainer,
        messagesPerSecond: devicesPerContainer * sensors,
      }));
    return { total: names.length, byCondition, shown };
  }

  private device(name: string, nowMs: number, lengthMs: number, maxSensors: number): DeviceFrame {
    return {
      name,
      topic: this.topicNames.length === 1 ? "fleet" : name,
      container: name,
      condition: this.condition(name),
      messagesPerSecond: this.scenario.sensors,
      sensorCount: this.scenario.sensors,
      sensors: range(Math.min(this.scenario.sensors, maxSensors)).map((sensor) => {
        const points = this.curve(name, sensor, nowMs - lengthMs, nowMs);
        const [timeMs, value] = points.at(-1) ?? [nowMs, 0];
        const label = madeUpLabel(sensor, value);
        return {
          name: this.scenario.hasMarkup ? `${evil} sensor` : `sensor_${sensor + 1}`,
          ...(sensor % 3 === 0 && { unit: "°C" }),
          last: { timeMs, value, ...(label !== undefined && { label }) },
          points,
        };
      }),
    };
  }

  /** An unreachable device has sent nothing for a while. */
  private curve(device: string, sensor: number, fromMs: number, toMs: number): [number, number][] {
    const endMs = startMs - 30_000;
    return this.condition(device) === "unreachable" && endMs < toMs
      ? madeUpPoints(device, sensor, endMs - 120_000, endMs)
      : madeUpPoints(device, sensor, fromMs, toMs);
  }

  private partition(partition: number, topic: number, groups: readonly string[]): PartitionFrame {
    const { brokers, conditions } = this.scenario;
    const replicas = range(Math.min(3, brokers)).map((index) => ((partition + index) % brokers) + 1);
    const inSync = replicas.filter((broker) => (conditions[`broker-${broker}`] ?? "healthy") === "healthy");
    return {
      partition,
      leader: topic === 1 && partition === 0 && this.scenario.gaps > 1 ? null : (inSync[0] ?? null),
      replicas,
      inSync,
      earliest: 0,
      latest: 1_000,
      lag: Object.fromEntries(groups.map((group) => [group, Math.round(Math.random() * 10)])),
    };
  }

  private lakeSummary(nowMs: number): LakeSummary | null {
    if (!this.scenario.hasTable) return null;
    const committedMs = Math.floor(nowMs / 10_000) * 10_000;
    const rows = this.messages(committedMs);
    return {
      version: Math.round((committedMs - startMs + 3_600_000) / 10_000),
      rows,
      files: 182,
      bytes: rows * 21,
      deadLetters: this.scenario.gaps,
      committedMs,
      rowsPerSecond: this.rate,
      freshnessMs: { p50: 5_100, p90: 9_300, p99: 10_240 },
    };
  }

  private reconciliationTotals(nowMs: number): ReconciliationTotals {
    const { gaps, readShare, hasTable } = this.scenario;
    return {
      ...this.counts(this.messages(nowMs) * readShare, gaps),
      declaredLosses: 0,
      declaredDuplicates: 0,
      topicsRead: readShare,
      tableRead: hasTable ? readShare : 1,
      unproved: [],
      expectsTable: true,
      ...(!hasTable && { tableProblem: "There is no table yet: the lake makes it with its first commit." }),
    };
  }

  private counts(produced: number, wrong: number): ReconciliationCounts {
    const inTopic = Math.max(0, Math.round(produced) - wrong);
    return {
      produced: Math.round(produced),
      acknowledged: inTopic,
      dropped: 0,
      inTopic,
      inTable: this.scenario.hasTable ? Math.max(0, inTopic - Math.round(this.scenario.sensors * 4)) : 0,
      deadLetters: wrong,
      missing: wrong,
      repeated: wrong > 1 ? 1 : 0,
    };
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
