import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "./delta/memory-storage";
import { DeltaTable } from "./delta/table";
import { appIdOf, partitionOfApp, Positions } from "./offsets";
import { observationSchema } from "./schema";
import { registerPartitions, startingPoints } from "./starting-points";
import { abandonedTopics } from "./topics";

const one = { topic: "device-1", partition: 0 };
const two = { topic: "device.2_x", partition: 12 };

describe("applications of the table", () => {
  it("stand for Kafka partitions, whatever the consumer's name", () => {
    expect(appIdOf(two)).toBe("kafka-iot-sim-lake:device.2_x:12");
    expect(partitionOfApp(appIdOf(two))).toEqual(two);
  });

  it.each([
    "other:device-1:0",
    "kafka-iot-sim-lake:device-1",
    "kafka-iot-sim-lake:a:0:b",
    "kafka-iot-sim-lake:a:x",
    "",
  ])("of other programs are left alone: %j", (appId) => expect(partitionOfApp(appId)).toBeUndefined());

  it("tell which topics belonged to removed devices", () => {
    const appIds = [
      "kafka-iot-sim-lake:b:1",
      "kafka-iot-sim-lake:b:0",
      "kafka-iot-sim-lake:a:0",
      "spark",
      appIdOf(one),
    ];
    expect(abandonedTopics(appIds, ["device-1", "new"])).toEqual(["a", "b"]);
  });
});

describe("positions", () => {
  it("seal what was read since the last seal, once", () => {
    const positions = new Positions();
    positions.reset([
      { ...one, stored: 5, next: 5 },
      { ...two, stored: 0, next: 7 },
    ]);
    expect(positions.hasProgress).toBe(true);
    expect(positions.seal()).toEqual([{ ...two, appId: appIdOf(two), from: 0, to: 7 }]);
    expect(positions.hasProgress).toBe(false);
    const position = positions.get("device-1", 0);
    if (position !== undefined) position.next = 9;
    expect(positions.seal()).toEqual([{ ...one, appId: appIdOf(one), from: 5, to: 9 }]);
    expect(positions.seal()).toEqual([]);
    expect(positions.get("device-1", 1)).toBeUndefined();
  });
});

describe("starting points", () => {
  const offsets = (earliest: number, latest: number) =>
    new Map([["device-1", [{ partition: 0, earliest, latest }]]]);

  it.each([
    ["where the table stands", 7, 0, 10, 7],
    ["the end, when all is in the table", 10, 0, 10, 10],
    ["the oldest message that is left", 7, 9, 10, 9],
  ])("are %s", (_what, stored, earliest, latest, next) => {
    const transactions = new Map([[appIdOf(one), stored]]);
    expect(startingPoints([one], transactions, offsets(earliest, latest))).toEqual([
      { ...one, stored, next },
    ]);
  });

  it("are refused when the table is ahead of the topic", () => {
    const transactions = new Map([[appIdOf(one), 11]]);
    expect(() => startingPoints([one], transactions, offsets(0, 10))).toThrow(
      /topic "device-1" partition 0 ends at offset 10, but the table already holds it up to 11/,
    );
  });

  it("are remembered by the table before anything is read, in one commit, by two who come at once", async () => {
    const storage = createMemoryStorage();
    const description = { name: "t", schema: observationSchema, engine: "test" };
    const tables = await Promise.all([1, 2].map(() => DeltaTable.open(storage, description)));
    await Promise.all(tables.map((table) => registerPartitions(table, [one, two])));
    expect(storage.entries.size).toBe(2);
    for (const table of tables) {
      await table.refresh();
      expect([...table.state.transactions.values()]).toEqual([0, 0]);
    }
  });
});
