import { expect } from "vitest";
import type { StackOutputs } from "../../infra/targets/target";
import { eventually } from "../support/command";
import { docker } from "../support/docker";
import { endOffsets, readTopics } from "../support/kafka";
import { allInSync, livesOf } from "./cluster-state";
import { type Acknowledged, parseDeviceLog, parseLogPart } from "./device-log";
import { type FaultFigures, longestGap } from "./figures";
import { judgeDelivery } from "./judge";
import type { PulumiStack } from "../support/pulumi-stack";

/** A cluster must recover within this time after the broken part is back. */
const recoveryLimitMs = 30_000;
/** How long before a fault acknowledgements are read, so that the whole outage is seen. */
const lookBackMs = 3000;

export interface Broker {
  readonly id: number;
  readonly container: string;
  /** Its address for programs on the host. */
  readonly address: string;
}

/** A fault that a cluster has had. */
export interface Fault {
  /** When the broken part was back, in milliseconds since 1970: running or connected, not yet at work. */
  readonly returnedMs: number;
}

/** A device of a stack under test. */
export interface TestedDevice {
  readonly device: string;
  readonly topic: string;
}

/** A stack for tests of faults: its parts, and how it recovers. */
export class TestedCluster {
  readonly brokers: readonly Broker[];
  readonly zookeepers: readonly string[];
  readonly topics: readonly string[];
  readonly bootstrapServers: string;

  constructor(
    readonly stack: string,
    outputs: StackOutputs,
    private readonly devices: readonly TestedDevice[],
    private readonly partitions: number,
  ) {
    this.bootstrapServers = outputs.bootstrapServers;
    const addresses = outputs.bootstrapServers.split(",");
    this.brokers = addresses.map((address, index) => ({
      id: index + 1,
      container: this.container(`broker-${index + 1}`),
      address,
    }));
    this.zookeepers = outputs.containers.zookeeper ?? [];
    this.topics = [...new Set(devices.map(({ topic }) => topic))];
  }

  container(what: string): string {
    return `kafka-iot-sim-${this.stack}-${what}`;
  }

  broker(id: number): Broker {
    const found = this.brokers.find((broker) => broker.id === id);
    if (found === undefined) throw new Error(`there is no broker ${id}`);
    return found;
  }

  others(than: Broker): Broker[] {
    return this.brokers.filter(({ id }) => id !== than.id);
  }

  /** Whether every broker says that all replicas of all topics, Kafka's own too, are in sync. */
  inSync(): Promise<boolean> {
    return allInSync(
      this.brokers.map(({ address }) => address),
      [...this.topics, "__consumer_offsets"],
    );
  }

  /**
   * Makes a fault happen, and waits until every device has an acknowledgement from every partition and all replicas are in
   * sync again.
   */
  async recoverFrom(name: string, befall: () => Promise<Fault>): Promise<FaultFigures> {
    const containers = this.brokers.map(({ container }) => container);
    const before = await livesOf(containers);
    const faultMs = Date.now();
    const { returnedMs } = await befall();
    const limitMs = returnedMs + recoveryLimitMs - Date.now();
    const [firsts, inSyncMs] = await Promise.all([
      eventually(`after ${name}, every partition acknowledges to every device`, limitMs, () =>
        this.firstAcknowledgements(returnedMs),
      ),
      eventually(`after ${name}, all copies are in sync`, limitMs, async () =>
        (await this.inSync()) ? Date.now() : undefined,
      ),
    ]);
    const streams = await this.acknowledgements(faultMs - lookBackMs);
    const gaps = [...streams.values()].map((times) => longestGap(times, faultMs));
    const after = await livesOf(containers);
    const restarts = after.map((life, index) => life.restarts - (before[index]?.restarts ?? 0));
    return {
      fault: name,
      outageMs: Math.max(...gaps),
      acknowledgedMs: Math.max(...firsts) - returnedMs,
      inSyncMs: Math.max(0, inSyncMs - returnedMs),
      futileStarts: restarts.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    };
  }

  /** Fails unless the topics hold every observation that was ever acknowledged, once and in order. */
  async expectKept(): Promise<void> {
    const records = await Promise.all(
      this.devices.map(async ({ device, topic }) => ({
        device,
        topic,
        lives: parseDeviceLog(await docker("logs", "--timestamps", this.container(device))),
      })),
    );
    // A new leader does not know the end for a moment.
    const ends = await eventually("the topics have ends", 60_000, () =>
      endOffsets(this.bootstrapServers, this.topics).catch(() => undefined),
    );
    const judgement = judgeDelivery(records, await readTopics(this.bootstrapServers, ends));
    expect(judgement.problems.slice(0, 20)).toEqual([]);
    expect(judgement.acknowledged).toBeGreaterThan(0);
  }

  /** When each partition first acknowledged to each device after a moment; undefined until all have. */
  private async firstAcknowledgements(sinceMs: number): Promise<number[] | undefined> {
    const streams = await this.acknowledgements(sinceMs);
    const firsts = [...streams.values()].map((times) => Math.min(...times.filter((time) => time > sinceMs)));
    return firsts.length === this.devices.length * this.partitions && firsts.every(Number.isFinite)
      ? firsts
      : undefined;
  }

  /** The times of the acknowledgements since a moment, by device and partition. */
  private async acknowledgements(sinceMs: number): Promise<Map<string, number[]>> {
    const since = new Date(sinceMs).toISOString();
    const parts = await Promise.all(
      this.devices.map(async ({ device }) => {
        const log = await docker("logs", "--timestamps", "--since", since, this.container(device));
        const byPartition = Map.groupBy(parseLogPart(log), ({ partition }) => partition);
        return [...byPartition].map(
          ([partition, list]) => [`${device}/${partition}`, timesOf(list)] as const,
        );
      }),
    );
    return new Map(parts.flat());
  }
}

const timesOf = (list: readonly Acknowledged[]) => list.map(({ atMs }) => atMs);

/** With these names, each device sends to each of its topic's three partitions: the key determines the partition. */
const sensors = ["temperature", "voltage", "speed", "humidity"].map((name) => ({ name, interval: "100ms" }));
const partitions = 3;

const devices = [
  ...["boiler", "press", "mixer"].map((device) => ({ device, topic: device })),
  ...["pump", "valve"].map((device) => ({ device, topic: "shared" })),
];

/** Brings up a stack of three brokers, or as configured, whose devices send all the time. */
export async function bringUpTested(
  stack: PulumiStack,
  config: Readonly<Record<string, unknown>>,
): Promise<TestedCluster> {
  await stack.configure({
    brokers: 3,
    partitions,
    ...config,
    devices: devices.map(({ device, topic }) => ({ name: device, topic, sensors })),
    consumers: [{ type: "lake" }],
    lake: { flushInterval: "2s" },
  });
  await stack.up();
  return testedCluster(stack);
}

/** The same stack as it is now, after a change of its brokers. */
export async function testedCluster(stack: PulumiStack): Promise<TestedCluster> {
  return new TestedCluster(stack.name, await stack.outputs(), devices, partitions);
}
