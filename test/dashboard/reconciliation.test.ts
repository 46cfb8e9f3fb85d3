import { describe, expect, it } from "vitest";
import { Draws } from "../../apps/device/testing/random-streams";
import { midnightMs } from "../../apps/device/testing/streams";
import {
  type ReconciledTotals,
  Reconciliation,
} from "../../apps/consumers/dashboard/reconciliation/reconciliation";
import type { Gap } from "../../contract/frames/frames";
import { type SimulatedLife, type SimulatedMessage, simulatedLives, SimulatedTopic } from "./simulated-topic";

const topicName = "meters";
const worlds = 40;
const stepMs = 250;
const quietMs = 40_000;

/** How many copies of a message reach the topic. */
type Forgery = (message: SimulatedMessage) => number;

const asSent: Forgery = () => 1;

interface Reader {
  readonly earliest: number;
  readonly liveFrom: number;
  live: number;
  past: number;
}

/**
 * A topic that devices publish to in several lives, some of them killed, and a reconciliation that starts at any time, and reads the
 * topic live and its past at any speed.
 */
class World {
  readonly topic = new SimulatedTopic();
  readonly reconciliation: Reconciliation;
  readonly read: SimulatedMessage[] = [];
  readonly draws: Draws;
  life: SimulatedLife;
  /** Whether retention had removed messages when reading began, and whether partitions were added. */
  isCut = false;
  hasGrown = false;
  private nowMs = midnightMs;
  private partitionCount: number;
  private readers: Reader[] | undefined;
  private nextTickMs = 0;

  constructor(
    readonly seed: string,
    private readonly forge: Forgery = asSent,
    private readonly onTick: (world: World) => void = () => {},
  ) {
    this.draws = new Draws(seed);
    this.partitionCount = 1 + this.draws.below(3);
    const { devices, begin } = simulatedLives(seed, this.draws);
    this.reconciliation = new Reconciliation(devices.map((name) => ({ name, topic: topicName })));
    this.life = begin(this.nowMs);
    const lives = 1 + this.draws.below(4);
    const beginsAt = this.draws.below(lives * 60);
    for (let number = 0, step = 0; number < lives; number++) {
      if (number > 0) this.nextLife(begin);
      for (let steps = 60; steps > 0; steps--, step++) {
        if (step === beginsAt) this.beginReading();
        this.step(1 + this.draws.below(40));
        if (this.draws.chance(0.005) && !this.hasGrown) this.grow();
      }
    }
    if (this.readers === undefined) this.beginReading();
  }

  /** Everything is sent and read, and then nothing happens for a while. */
  settle(): this {
    this.take(this.life.send(Infinity, this.partitionCount, this.nowMs));
    for (const endMs = this.nowMs + quietMs; this.nowMs < endMs;) {
      this.nowMs += stepMs;
      this.readSome(Infinity);
    }
    return this;
  }

  get gaps(): readonly Gap[] {
    return this.reconciliation.gaps(100);
  }

  get totals(): ReconciledTotals {
    return this.reconciliation.totals();
  }

  private nextLife(begin: (boot: number) => SimulatedLife): void {
    // The devices are killed, with messages that wait or are held back, or stop in order.
    if (this.draws.chance(0.4)) this.take(this.life.end(this.nowMs, this.partitionCount));
    this.nowMs += 1 + this.draws.below(5_000);
    this.life = begin(this.nowMs);
  }

  private grow(): void {
    this.partitionCount++;
    this.hasGrown = true;
  }

  private step(most: number): void {
    this.nowMs += stepMs;
    this.life.observe(this.nowMs);
    this.take(this.life.send(most, this.partitionCount, this.nowMs));
    this.readSome(this.draws.below(60));
  }

  private take(sent: readonly [number, SimulatedMessage][]): void {
    for (const [partition, message] of sent)
      for (let copies = this.forge(message); copies > 0; copies--) this.topic.append(partition, message);
  }

  private beginReading(): void {
    this.readers = [];
    this.findPartitions(true);
  }

  private findPartitions(isFirst: boolean): void {
    const { readers, draws, topic, reconciliation } = this;
    if (readers === undefined) return;
    for (let partition = readers.length; partition < this.partitionCount; partition++) {
      const latest = isFirst ? (topic.partitions[partition]?.length ?? 0) : 0;
      const earliest = draws.chance(0.3) ? draws.below(latest + 1) : 0;
      if (earliest > 0) this.isCut = true;
      const liveFrom = earliest + draws.below(latest - earliest + 1);
      readers.push({ earliest, liveFrom, live: liveFrom, past: earliest });
      reconciliation.apply({
        type: "partition opened",
        topic: topicName,
        partition,
        earliest,
        liveFrom,
        nowMs: this.nowMs,
      });
    }
  }

  private readSome(most: number): void {
    const { readers, reconciliation, nowMs, draws } = this;
    this.findPartitions(false);
    for (const [partition, reader] of readers?.entries() ?? []) {
      const where = { topic: topicName, partition };
      const messages = this.topic.partitions[partition] ?? [];
      const pastTo = Math.min(reader.past + draws.below(Math.min(most, 1_000) + 1), reader.liveFrom);
      const wasPast = reader.past < reader.liveFrom;
      const to = most === Infinity ? reader.liveFrom : pastTo;
      for (; reader.past < to; reader.past++) this.readOne(partition, reader.past);
      if (wasPast && reader.past === reader.liveFrom) reconciliation.apply({ type: "past read", ...where });
      const end = Math.min(messages.length, reader.live + (draws.chance(0.5) ? most : draws.below(20)));
      for (; reader.live < end; reader.live++) this.readOne(partition, reader.live);
      reconciliation.apply({
        type: "progress",
        ...where,
        next: reader.live,
        latest: messages.length,
        asOfMs: nowMs,
      });
    }
    if (readers === undefined || nowMs < this.nextTickMs) return;
    this.nextTickMs = nowMs + 1_000;
    const { devices, boot, produced, acknowledged } = this.life;
    if (draws.chance(0.7))
      reconciliation.apply({
        type: "device counts",
        devices,
        counts: { boot, produced, acknowledged, dropped: devices.map(() => 0) },
        nowMs,
      });
    reconciliation.apply({ type: "tick", nowMs });
    this.onTick(this);
  }

  private readOne(partition: number, offset: number): void {
    const message = this.topic.partitions[partition]?.[offset];
    if (message === undefined) throw new Error(`there is no offset ${offset}`);
    this.read.push(message);
    this.reconciliation.apply({ type: "message", topic: topicName, partition, offset, ...message });
  }
}

const keyOf = ({ subject: { device, sensor, boot, seq } }: SimulatedMessage) =>
  `${device}/${sensor} ${boot} ${seq}`;

const lifeOf = ({ subject: { device, sensor, boot } }: SimulatedMessage) => `${device}/${sensor} ${boot}`;

/** Messages whose loss leaves a gap: no label explains it, and their sensors have sent others before and after. */
function inBetween({ read }: World): SimulatedMessage[] {
  const bounds = new Map<string, { first: number; last: number }>();
  const copies = new Map<string, number>();
  for (const message of read) {
    const { seq } = message.subject;
    const { first = seq, last = seq } = bounds.get(lifeOf(message)) ?? {};
    bounds.set(lifeOf(message), { first: Math.min(first, seq), last: Math.max(last, seq) });
    copies.set(keyOf(message), (copies.get(keyOf(message)) ?? 0) + 1);
  }
  return read.filter((message) => {
    const { first = 0, last = 0 } = bounds.get(lifeOf(message)) ?? {};
    const { seq } = message.subject;
    return message.labels === undefined && copies.get(keyOf(message)) === 1 && first < seq && seq < last;
  });
}

describe("the reconciliation of random devices", () => {
  it("finds no gap where everything is as declared, and counts every message", () => {
    for (let number = 0; number < worlds; number++) {
      const world = new World(`world ${number}`, asSent, ({ seed, gaps }) => expect(gaps, seed).toEqual([]));
      world.settle();
      const { read, seed } = world;
      const doubles = read.length - new Set(read.map(keyOf)).size;
      const losses = read.reduce((sum, { labels }) => {
        const { missing = 0, offline = 0 } = labels?.lost ?? {};
        return sum + missing + offline;
      }, 0);
      expect(world.totals, seed).toMatchObject({
        inTopic: read.length,
        missing: 0,
        repeated: 0,
        declaredDuplicates: doubles,
        declaredLosses: losses,
        topicsRead: 1,
      });
      expect(world.gaps, seed).toEqual([]);
    }
  }, 60_000);

  it("finds a message that is lost on the way, and nothing else", () => {
    let forged = 0;
    for (let number = 0; number < worlds; number++) {
      const seed = `world ${number}`;
      const right = new World(seed).settle();
      if (right.isCut && right.hasGrown) continue;
      const lost = inBetween(right).at(Math.floor(number / 2));
      if (lost === undefined) continue;
      forged++;
      const { device, sensor, seq } = lost.subject;
      const world = new World(seed, (message) => (keyOf(message) === keyOf(lost) ? 0 : 1)).settle();
      const gap: Gap = {
        where: `${device}/${sensor}`,
        device,
        kind: "missing in topic",
        unit: "seq",
        from: seq,
        to: seq,
        count: 1,
      };
      expect(world.gaps, seed).toEqual([gap]);
      expect(world.reconciliation.gapCount).toBe(1);
      expect(world.totals, seed).toMatchObject({ missing: 1, repeated: 0 });
    }
    expect(forged).toBeGreaterThan(worlds / 2);
  }, 60_000);

  it("finds a message that is sent once too often, declared duplicates included", () => {
    let forged = 0;
    for (let number = 0; number < worlds; number++) {
      const seed = `world ${number}`;
      const right = new World(seed).settle();
      const repeated = right.read.at(-1 - number);
      if (repeated === undefined) continue;
      forged++;
      const { device, sensor, seq } = repeated.subject;
      let isFirst = true;
      const world = new World(seed, (message) => {
        if (!isFirst || keyOf(message) !== keyOf(repeated)) return 1;
        isFirst = false;
        return 2;
      }).settle();
      const gap: Gap = {
        where: `${device}/${sensor}`,
        device,
        kind: "repeated in topic",
        unit: "seq",
        from: seq,
        to: seq,
        count: 1,
      };
      expect(world.gaps, seed).toEqual([gap]);
      expect(world.totals, seed).toMatchObject({ missing: 0, repeated: 1 });
    }
    expect(forged).toBeGreaterThan(worlds / 2);
  }, 60_000);

  it("finds acknowledged messages without a later message", () => {
    let forged = 0;
    for (let number = 0; number < worlds; number++) {
      const seed = `world ${number}`;
      const right = new World(seed).settle();
      const { boot } = right.life;
      if (right.isCut || right.hasGrown) continue;
      const last = right.read.findLast(({ subject }) => subject.boot === boot);
      if (last === undefined) continue;
      const { device, sensor, seq } = last.subject;
      // A message without a later one of its sensor, and not sent twice.
      const after = right.read.filter((other) => lifeOf(other) === lifeOf(last) && other.subject.seq >= seq);
      if (after.length > 1 || right.reconciliation.rows(device, 0, 1).rows[0]?.missing !== 0) continue;
      const world = new World(seed, (message) => (keyOf(message) === keyOf(last) ? 0 : 1)).settle();
      const known = world.read.filter((other) => lifeOf(other) === lifeOf(last));
      if (known.length === 0) continue;
      forged++;
      const gaps = world.gaps.map(({ where, kind, count }) => ({ where, kind, count }));
      const expected = { where: device, kind: "acknowledged, not in topic", count: 1 };
      expect([seed, sensor, gaps]).toEqual([seed, sensor, [expected]]);
      expect(world.totals, seed).toMatchObject({ missing: 1, repeated: 0 });
    }
    expect(forged).toBeGreaterThan(worlds / 8);
  }, 60_000);
});
