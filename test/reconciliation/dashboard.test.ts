import { describe, expect, it } from "vitest";
import { ProofWatch } from "../../apps/consumers/dashboard/proof/proof";
import type { MessageEvent, ReconciliationEvent } from "../../apps/consumers/dashboard/reconciliation/events";
import { Reconciliation } from "../../apps/consumers/dashboard/reconciliation/reconciliation";
import { labelsOf } from "../../apps/shared/labels";
import type { Incarnation } from "../../apps/shared/lake-table/incarnations";
import { parseTableTopic } from "../../apps/shared/lake-table/table-topics";
import { parseObservation } from "../../contract/messages/observation";
import { type ScenarioMessage, scenarios, type Scenario, type ScenarioTopic } from "./scenarios";
import { devicesOf, kafkaMessage, startMs } from "./kafka-messages";

/** How the dashboard reads the topics: where the past ends and the live reader begins. */
type LiveFrom = (earliest: number, end: number) => number;
const ways: Readonly<Record<string, LiveFrom>> = {
  "live from the first message": (earliest) => earliest,
  "from the past": (_, end) => end,
  "half from the past": (earliest, end) => Math.floor((earliest + end) / 2),
};

/** When everything was read, and how long the dashboard waits then. */
const readMs = startMs + 3_600_000;
const waitSeconds = 40;

function messageEvent(
  topic: string,
  partition: number,
  offset: number,
  message: ScenarioMessage,
): MessageEvent {
  const { key, value, headers, timestampMs } = kafkaMessage(topic, message);
  const parsed = parseObservation(value, timestampMs);
  return {
    type: "message",
    topic,
    partition,
    offset,
    timestampMs,
    key,
    observation: parsed.kind === "observation" ? parsed.observation : undefined,
    labels: labelsOf((name) => headers[name]),
  };
}

/** The events of one incarnation of a topic. Where the topic was made anew, the live reader reads it from its first message on. */
function* topicEvents(
  { name: topic, partitions }: ScenarioTopic,
  isFirst: boolean,
  liveFrom: LiveFrom,
): Generator<ReconciliationEvent> {
  yield { type: "partition count", topic, partitions: partitions.length };
  for (const [partition, { earliest = 0, messages }] of partitions.entries()) {
    const end = earliest + messages.length;
    const live = isFirst ? liveFrom(earliest, end) : earliest;
    // With a past, the dashboard starts after the devices.
    const openedMs = live === 0 ? startMs - 1 : readMs - 2_000;
    const read = function* (from: number, to: number) {
      for (let offset = from; offset < to; offset++) {
        const message = messages[offset - earliest];
        if (message !== undefined) yield messageEvent(topic, partition, offset, message);
      }
    };
    yield isFirst
      ? { type: "partition opened", topic, partition, earliest, liveFrom: live, nowMs: openedMs }
      : { type: "partition reset", topic, partition, nowMs: readMs - 1_000 };
    yield* read(live, end);
    yield* read(earliest, live);
    if (isFirst) yield { type: "past read", topic, partition };
    yield { type: "progress", topic, partition, next: end, latest: end, asOfMs: readMs };
  }
}

function incarnations({ tables }: Scenario): Map<string, Incarnation[]> {
  const byName = Map.groupBy(tables, ({ tableTopic }) => tableTopic);
  const all = [...byName].map(([tableTopic, partitions]): Incarnation => {
    const { topic = "", incarnation: number = 1 } = parseTableTopic(tableTopic) ?? {};
    const bounds = partitions.map(({ partition, first, next }) => [partition, { first, next }] as const);
    return { topic, number, tableTopic, source: undefined, partitions: new Map(bounds) };
  });
  return Map.groupBy(all, ({ topic }) => topic);
}

/** The events of a table: one data file for each run, so that repeated offsets are in two files. */
function* tableEvents(scenario: Scenario): Generator<ReconciliationEvent> {
  yield { type: "tables restarted" };
  for (const { tableTopic, partition, rows, deadLetters = [] } of scenario.tables) {
    const files = [
      ...rows.map((run) => ({ table: "observations" as const, run })),
      ...deadLetters.map((run) => ({ table: "dead letters" as const, run })),
    ];
    for (const { table, run } of files) {
      const [first, last] = run;
      const partitions = [{ tableTopic, partition, runs: [first, last], repeats: [] }];
      yield { type: "file read", table, rows: last - first + 1, partitions, devices: new Map() };
    }
  }
  yield { type: "tables read", incarnations: incarnations(scenario) };
}

/** All that the dashboard learns in a scenario, in one of its orders. */
function* eventsOf(scenario: Scenario, liveFrom: LiveFrom): Generator<ReconciliationEvent> {
  const known = new Set<string>();
  for (const topic of scenario.topics) {
    yield* topicEvents(topic, !known.has(topic.name), liveFrom);
    known.add(topic.name);
  }
  yield* tableEvents(scenario);
  for (const { device, boot, ...counts } of scenario.reported ?? []) {
    const { produced, acknowledged, dropped } = counts;
    yield {
      type: "device counts",
      devices: [device],
      counts: {
        boot: startMs + boot,
        produced: [produced],
        acknowledged: [acknowledged],
        dropped: [dropped],
      },
      nowMs: readMs,
    };
  }
  for (let second = 0; second <= waitSeconds; second++) {
    const nowMs = readMs + second * 1_000;
    for (const { name: topic, partitions } of scenario.topics.filter(isLast))
      for (const [partition, { earliest = 0, messages }] of partitions.entries()) {
        const end = earliest + messages.length;
        yield { type: "progress", topic, partition, next: end, latest: end, asOfMs: nowMs };
      }
    yield { type: "tick", nowMs };
  }
}

function isLast({ name }: ScenarioTopic, index: number, topics: readonly ScenarioTopic[]): boolean {
  return topics.findLastIndex((other) => other.name === name) === index;
}

/** Partitions that the lake has not read to their ends, as the dashboard reports them. */
function unprovedOf(scenario: Scenario, reconciliation: Reconciliation): string[] {
  const topics = scenario.topics.filter(isLast);
  const claimed = incarnations(scenario);
  const boundsOf = (topic: string, partition: number) => {
    const found = topics.find(({ name }) => name === topic)?.partitions[partition];
    const { earliest = 0, messages = [] } = found ?? {};
    return { earliest, latest: earliest + messages.length };
  };
  let nowMs = readMs;
  const proof = new ProofWatch(
    {
      ownName: "dashboard",
      topics: topics.map(({ name }) => name),
      consumers: [{ name: "lake", type: "lake", group: "lake" }],
      cluster: {
        partitionsOf: (topic) =>
          (topics.find(({ name }) => name === topic)?.partitions ?? []).map((_, partition) => ({
            partition,
            leader: 1,
            replicas: [1],
            inSync: [1],
          })),
        boundsOf,
        lagOf: () => undefined,
      },
      positionOf: (topic, partition) => {
        const bounds = boundsOf(topic, partition);
        return { partition, ...bounds, next: bounds.latest, asOfMs: nowMs };
      },
      unreadable: () => [],
      tableNext: (topic, partition) => claimed.get(topic)?.at(-1)?.partitions.get(partition)?.next,
      tableHas: (offsets) => reconciliation.tableHas(offsets),
      table: () => ({ isKnown: true, exists: true, problem: undefined }),
      shares: () => ({ topics: 1, table: 1 }),
      containerOf: (name) => ({ name, condition: "healthy", sinceMs: 0 }),
      flushIntervalMs: 1_000,
    },
    () => nowMs,
  );
  for (; nowMs <= readMs + waitSeconds * 1_000; nowMs += 1_000) proof.tick();
  return proof.state.unproved.map(({ what }) => what);
}

describe.each(Object.entries(ways))(
  "the dashboard, reading %s, reconciles a stack in which",
  (_, liveFrom) => {
    it.each(scenarios)("$title", (scenario) => {
      const { expected } = scenario;
      const reconciliation = new Reconciliation(devicesOf(scenario));
      for (const event of eventsOf(scenario, liveFrom)) {
        const before = reconciliation.gaps(100);
        const { gaps } = reconciliation.apply(event);
        if (!gaps) expect(reconciliation.gaps(100), `after ${event.type}`).toEqual(before);
      }
      const gaps = reconciliation
        .gaps(100)
        .map(({ kind, where, from, to, count }) => ({ kind, where, from, to, count }));
      const wanted = expected.gaps.map(({ boot: _boot, count, ...gap }) => ({
        ...gap,
        count: count ?? gap.to - gap.from + 1,
      }));
      expect(gaps.toSorted(byPlace)).toEqual(wanted.toSorted(byPlace));
      expect(reconciliation.gapCount).toBe(wanted.length);
      const sumOf = (what: string) =>
        wanted.reduce((sum, { kind, count }) => sum + (kind.startsWith(what) ? count : 0), 0);
      expect(reconciliation.totals()).toMatchObject({
        inTopic: expected.inTopic,
        inTable: expected.inTable,
        deadLetters: expected.deadLetters,
        missing: sumOf("missing") + sumOf("acknowledged"),
        repeated: sumOf("repeated"),
        declaredLosses: expected.declaredLosses ?? 0,
        declaredDuplicates: expected.declaredDuplicates ?? 0,
        topicsRead: 1,
      });
      const [unproved = [], ...others] = [expected.unproved];
      expect(unprovedOf(scenario, reconciliation)).toEqual(
        unproved.length === 0 ? others : [`lake has not read ${unproved.join(" and ")}`],
      );
    });
  },
);

function byPlace(one: { where: string; from: number }, other: { where: string; from: number }): number {
  return one.where.localeCompare(other.where) || one.from - other.from;
}
