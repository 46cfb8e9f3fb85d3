import { expect } from "vitest";
import type { StackOutputs } from "../../infra/outputs";
import { eventually } from "../support/command";
import { docker } from "../support/docker";
import { endOffsets, readTopics } from "../support/kafka";
import { allInSync, livesOf } from "./cluster-state";
import { type Acknowledged, parseDeviceLog, parseLogPart } from "./device-log";
import { type FaultFigures, longestGap } from "./figures";
import { judgeDelivery } from "./judge";

/** How long the issue gives a cluster from the return of what was broken. */
const recoveryLimitMs = 30_000;
/** How far back the acknowledgements before a fault are looked at, to see the whole of an outage. */
const lookBackMs = 3000;

export interface Broker {
  readonly id: number;
  readonly container: string;
  /** Where the host reaches it. */
  readonly address: string;
}

/** What was done to a cluster. */
export interface Fault {
  /** When what it broke was there again, in milliseconds since 1970: running, heard or connected, not yet at work. */
  readonly returnedMs: number;
}

/** A device of a stack under test. */
export interface TestedDevice {
  readonly device: string;
  readonly topic: string;
}

/** A stack that faults befall: its parts, and how it takes what is done to it. */
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

  /** Whether all copies of all topics, Kafka's own too, are in sync by what every broker says. */
  inSync(): Promise<boolean> {
    return allInSync(
      this.brokers.map(({ address }) => address),
      [...this.topics, "__consumer_offsets"],
    );
  }

  /**
   * Lets a fault befall the cluster, and waits until every device has an acknowledgement from every partition and all
   * copies are in sync again.
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

  /** Proves that whatever a device was ever told is acknowledged stands in the topics, once and in its order. */
  async expectKept(): Promise<void> {
    const records = await Promise.all(
      this.devices.map(async ({ device, topic }) => ({
        device,
        topic,
        lives: parseDeviceLog(await docker("logs", "--timestamps", this.container(device))),
      })),
    );
    // A leader that is new says for a moment that it does not know yet.
    const ends = await eventually("the topics have ends", 10_000, () =>
      endOffsets(this.bootstrapServers, this.topics).catch(() => undefined),
    );
    const judgement = judgeDelivery(records, await readTopics(this.bootstrapServers, ends));
    expect(judgement.problems.slice(0, 20)).toEqual([]);
    expect(judgement.acknowledged).toBeGreaterThan(0);
  }

  /** When each partition first acknowledged to each device after a moment; undefined while one of them has not. */
  private async firstAcknowledgements(sinceMs: number): Promise<number[] | undefined> {
    const streams = await this.acknowledgements(sinceMs);
    const firsts = [...streams.values()].map((times) => Math.min(...times.filter((time) => time > sinceMs)));
    return firsts.length === this.devices.length * this.partitions && firsts.every(Number.isFinite)
      ? firsts
      : undefined;
  }

  /** When acknowledgements came since a moment, by device and partition. */
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
