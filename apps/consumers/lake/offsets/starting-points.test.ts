import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LostOffsetsAction } from "../../../../contract/environment/lake";
import { observationSchema } from "../../../../contract/tables";
import { createMemoryStorage } from "../../../shared/delta/storage/testing/memory-storage";
import { DeltaTable } from "../../../shared/delta/table/table";
import type { KafkaClient, TopicIdentity } from "../../../shared/kafka";
import { appIdOf } from "../../../shared/lake-table/table-topics";
import { createLogger } from "../../../shared/logger";
import { findStartingPoints, type StartingPoints } from "./starting-points";

const first: TopicIdentity = { clusterId: "c", topicId: "t" };
const second: TopicIdentity = { clusterId: "c", topicId: "u" };

/** A cluster with the topics "a" and "b", which can be changed at will, and how often it was asked. */
class FakeCluster {
  readonly lines: string[] = [];
  identity = first;
  asked = 0;
  /** Called before each answer. */
  onAsked = () => {};
  constructor(public ranges: readonly (readonly [earliest: number, latest: number])[]) {}

  readonly client = {
    logger: createLogger({ app: "lake", format: "pretty", write: (line) => this.lines.push(line) }),
    identifyTopics: (topics: readonly string[]) => {
      this.asked++;
      this.onAsked();
      return Promise.resolve(new Map(topics.map((topic) => [topic, this.identity])));
    },
    admin: () => ({
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      fetchTopicOffsets: () =>
        Promise.resolve(
          this.ranges.map(([low, high], partition) => ({ partition, low: String(low), high: String(high) })),
        ),
    }),
  } as unknown as KafkaClient;
}

const open = (storage: ReturnType<typeof createMemoryStorage>) =>
  DeltaTable.open(storage, { name: "t", schema: observationSchema, engine: "test" });

interface Wish {
  readonly topics?: readonly string[];
  readonly onLostOffsets?: LostOffsetsAction;
  readonly signal?: AbortSignal;
}

async function find(
  cluster: FakeCluster,
  table: DeltaTable,
  partitions: readonly number[],
  { topics = ["a"], onLostOffsets = "stop", signal = new AbortController().signal }: Wish = {},
): Promise<StartingPoints | undefined> {
  const wanted = topics.flatMap((topic) => partitions.map((partition) => ({ topic, partition })));
  const found = findStartingPoints({ kafka: cluster.client, table, onLostOffsets, signal }, wanted);
  found.catch(() => {});
  await vi.advanceTimersByTimeAsync(10_000);
  return found;
}

/** Commits, as the lake does, that a partition was read up to an offset. */
async function read(table: DeltaTable, tableTopic: string, partition: number, from: number, to: number) {
  const appId = appIdOf({ tableTopic, partition });
  const { kind } = await table.append({ adds: [], transactions: [{ appId, from, to }] });
  return kind;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("starting points", () => {
  it("are stored in the table in one commit before anything is read, also if two lakes start at once", async () => {
    const cluster = new FakeCluster([
      [0, 9],
      [5, 9],
    ]);
    const storage = createMemoryStorage();
    const tables = [await open(storage), await open(storage)] as const;
    const topics = ["b", "a"];
    const [all, half] = await Promise.all([
      find(cluster, tables[0], [0, 1], { topics }),
      find(cluster, tables[1], [1], { topics }),
    ]);
    expect(all).toEqual({
      points: [
        { topic: "b", tableTopic: "b", partition: 0, next: 0 },
        { topic: "b", tableTopic: "b", partition: 1, next: 5 },
        { topic: "a", tableTopic: "a", partition: 0, next: 0 },
        { topic: "a", tableTopic: "a", partition: 1, next: 5 },
      ],
      identities: new Map([
        ["a", first],
        ["b", first],
      ]),
    });
    expect(half?.points.map(({ topic, next }) => [topic, next])).toEqual([
      ["b", 5],
      ["a", 5],
    ]);
    expect((await open(storage)).state.version).toBe(1);
    expect(cluster.lines).toHaveLength(1);
    expect(cluster.lines[0]).toContain(
      'starting with the oldest messages that the topics still hold: topic "a" partition 1 from offset 5; ' +
        'topic "b" partition 1 from offset 5',
    );
  });

  it("are the offsets of the table, without a log line or a commit", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const storage = createMemoryStorage();
    const [table, rival] = [await open(storage), await open(storage)];
    await find(cluster, table, [0]);
    await rival.refresh();
    await read(rival, "a", 0, 0, 7);
    expect((await find(cluster, table, [0]))?.points).toEqual([
      { topic: "a", tableTopic: "a", partition: 0, next: 7 },
    ]);
    expect(table.state.version).toBe(2);
    expect(cluster.lines).toEqual([]);
  });

  it("wait for a leader that does not know the end of its partition yet", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const table = await open(createMemoryStorage());
    await find(cluster, table, [0]);
    await read(table, "a", 0, 0, 9);
    cluster.ranges = [[0, 8]];
    cluster.asked = 0;
    cluster.onAsked = () => {
      if (cluster.asked === 5) cluster.ranges = [[0, 9]];
    };
    expect((await find(cluster, table, [0]))?.points[0]?.next).toBe(9);
    expect(cluster.asked).toBe(5);
    expect(table.state.version).toBe(2);
  });

  it("are refused, with the reason and the remedy, if a topic was created again with more messages", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const table = await open(createMemoryStorage());
    const topics = ["a", "b"];
    await find(cluster, table, [0], { topics });
    cluster.identity = second;
    cluster.ranges = [[0, 900]];
    await expect(find(cluster, table, [0], { topics })).rejects.toMatchObject({
      code: "TOPIC_RECREATED",
      retriable: false,
      message:
        'topic "a" was deleted and created again: its id is u, but the rows in the table are from t; topic "b" was deleted and created ' +
        "again: its id is u, but the rows in the table are from t. Nothing was written. To keep the table's rows and go on with " +
        'what Kafka has now, as "a#2"; "b#2" in the table, run `pulumi config set --path lake.onLostOffsets ' +
        "new-incarnation` and `pulumi up`; or give the lake a new table",
    });
    expect(table.state.version).toBe(1);
  });

  it("are refused if unread messages were removed", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const table = await open(createMemoryStorage());
    await find(cluster, table, [0]);
    cluster.ranges = [[4, 9]];
    await expect(find(cluster, table, [0])).rejects.toMatchObject({ code: "OFFSETS_LOST" });
  });

  it("are those of a new incarnation if configured, with one warning, once for all lakes", async () => {
    const cluster = new FakeCluster([
      [0, 9],
      [0, 9],
    ]);
    const storage = createMemoryStorage();
    const [table, rival] = [await open(storage), await open(storage)];
    await find(cluster, table, [0, 1]);
    await rival.refresh();
    await read(table, "a", 0, 0, 7);
    await read(rival, "a", 1, 0, 3);
    cluster.ranges = [
      [8, 20],
      [0, 20],
    ];
    const found = await find(cluster, table, [0], { onLostOffsets: "new-incarnation" });
    expect(found?.points).toEqual([{ topic: "a", tableTopic: "a#2", partition: 0, next: 8 }]);
    expect(cluster.lines).toHaveLength(1);
    expect(cluster.lines[0]).toContain(
      'topic "a" partition 0 starts at offset 8, but the table holds it only up to 7: the topic lost 1 unread message: ' +
        'its rows go on as "a#2", partition 0 from offset 8; partition 1 from offset 3 ' +
        "(as lake.onLostOffsets says)",
    );

    // The rival still reads by the former incarnation: its rows must not land there and in the new one too.
    await expect(read(rival, "a", 1, 3, 12)).resolves.toBe("conflict");
    const joined = await find(cluster, rival, [1]);
    expect(joined?.points).toEqual([{ topic: "a", tableTopic: "a#2", partition: 1, next: 3 }]);
    expect((await open(storage)).state.version).toBe(4);
  });

  it("include what a rival commits while the new incarnation is being decided", async () => {
    const cluster = new FakeCluster([
      [0, 9],
      [0, 9],
    ]);
    const storage = createMemoryStorage();
    const [table, rival] = [await open(storage), await open(storage)];
    await find(cluster, table, [0, 1]);
    await rival.refresh();
    cluster.ranges = [
      [4, 9],
      [0, 9],
    ];
    const append = table.append.bind(table);
    vi.spyOn(table, "append").mockImplementationOnce(async (what) => {
      await read(rival, "a", 1, 0, 6);
      return append(what);
    });
    await find(cluster, table, [0], { onLostOffsets: "new-incarnation" });
    expect(Object.fromEntries((await open(storage)).state.transactions)).toMatchObject({
      "kafka-iot-sim-lake:a:0": -1,
      "kafka-iot-sim-lake:a:1": -7,
      "kafka-iot-sim-lake:a#2:0": 4,
      "kafka-iot-sim-lake:a#2:1": 6,
    });
  });

  it("are refused for a partition that the topic does not have", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const table = await open(createMemoryStorage());
    await expect(find(cluster, table, [0, 1])).rejects.toMatchObject({
      code: "OFFSET_UNREADABLE",
      retriable: true,
    });
    expect(table.state.version).toBe(0);
  });

  it("are given up if the process is stopped while the brokers do not answer", async () => {
    const cluster = new FakeCluster([[0, 9]]);
    const ending = new AbortController();
    Object.assign(cluster.client, { identifyTopics: () => new Promise(() => {}) });
    setTimeout(() => ending.abort(), 5000);
    const table = await open(createMemoryStorage());
    await expect(find(cluster, table, [0], { signal: ending.signal })).resolves.toBeUndefined();
    expect(table.state.version).toBe(0);
  });
});
