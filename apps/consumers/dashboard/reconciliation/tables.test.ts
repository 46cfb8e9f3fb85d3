import { beforeEach, describe, expect, it } from "vitest";
import type { Incarnation } from "../../../shared/lake-table/incarnations";
import type { FileContents } from "./events";
import { Reconciliation } from "./reconciliation";

const planned = [
  { name: "device-1", topic: "device-1" },
  { name: "meter-1", topic: "meters" },
  { name: "meter-2", topic: "meters" },
];

let reconciliation: Reconciliation;
beforeEach(() => (reconciliation = new Reconciliation(planned)));

/** The reader reads a file with these runs of offsets of one partition. */
function file(
  tableTopic: string,
  runs: readonly number[],
  more: Partial<Omit<FileContents, "partitions">> & { readonly repeats?: readonly number[] } = {},
): void {
  const { repeats = [], ...rest } = more;
  const rows = runs.reduce((sum, bound, index) => sum + (index % 2 === 0 ? 1 - bound : bound), 0);
  reconciliation.apply({
    type: "file read",
    table: "observations",
    rows: rows + repeats.length / 2,
    devices: new Map(),
    ...rest,
    partitions: [{ tableTopic, partition: 0, runs, repeats }],
  });
}

/** The transactions of the table claim these offsets, under its names of the topics. */
function complete(
  ...held: readonly (readonly [tableTopic: string, first: number, next: number])[]
): string[] {
  const byTopic = Map.groupBy(held, ([tableTopic]) => tableTopic.split("#")[0] ?? "");
  const incarnationOf = ([tableTopic, first, next]: (typeof held)[number], index: number): Incarnation => ({
    topic: tableTopic.split("#")[0] ?? "",
    number: index + 1,
    tableTopic,
    source: undefined,
    partitions: new Map([[0, { first, next }]]),
  });
  const incarnations = new Map([...byTopic].map(([topic, own]) => [topic, own.map(incarnationOf)]));
  reconciliation.apply({ type: "tables read", incarnations });
  return gaps();
}

const gaps = () =>
  reconciliation
    .gaps(100)
    .map(({ where, kind, from, to, count }) => `${where}: ${kind} ${from}-${to} (${count})`);

describe("offsets in the tables", () => {
  it("are complete, whichever table has them and in any order of files", () => {
    file("device-1", [10, 19]);
    file("device-1", [4, 4, 6, 6], { table: "dead letters" });
    file("device-1", [0, 3, 5, 5, 7, 9]);
    expect(complete(["device-1", 0, 20])).toEqual([]);
    expect(reconciliation.totals()).toMatchObject({ inTable: 18, deadLetters: 2, missing: 0, repeated: 0 });
  });

  it("are missing only where the transactions claim them", () => {
    file("device-1", [5, 6, 9, 14]);
    expect(gaps()).toEqual([]);
    expect(complete(["device-1", 5, 12])).toEqual(["device-1/0: missing in table 7-8 (2)"]);
    expect(complete(["device-1", 3, 16])).toEqual([
      "device-1/0: missing in table 3-4 (2)",
      "device-1/0: missing in table 7-8 (2)",
      "device-1/0: missing in table 15-15 (1)",
    ]);
    expect(reconciliation.gapCount).toBe(3);
    file("device-1", [3, 4, 7, 8, 15, 15]);
    expect(complete(["device-1", 3, 16])).toEqual([]);
  });

  it("are all missing in an empty table", () => {
    expect(complete(["device-1", 0, 3])).toEqual(["device-1/0: missing in table 0-2 (3)"]);
    expect(complete(["device-1", 3, 3])).toEqual([]);
  });

  it("belong to one incarnation of their topic", () => {
    file("device-1", [0, 9]);
    file("device-1#2", [0, 4]);
    expect(complete(["device-1", 0, 10], ["device-1#2", 0, 6])).toEqual([
      "device-1#2/0: missing in table 5-5 (1)",
    ]);
    expect(reconciliation.rows("device", 0, 1).rows).toMatchObject([{ missing: 1 }]);
  });

  it("are repeated if one file, two files or both tables have them twice", () => {
    file("device-1", [0, 9], { repeats: [3, 3] });
    file("device-1", [8, 11]);
    file("device-1", [11, 11]);
    file("device-1", [0, 0], { table: "dead letters" });
    expect(complete(["device-1", 0, 12])).toEqual([
      "device-1/0: repeated in table 0-0 (1)",
      "device-1/0: repeated in table 3-3 (1)",
      "device-1/0: repeated in table 8-9 (2)",
      "device-1/0: repeated in table 11-11 (1)",
    ]);
    expect(reconciliation.totals()).toMatchObject({ repeated: 5, missing: 0 });
    expect(reconciliation.rows("device", 0, 1).rows).toMatchObject([{ repeated: 5 }]);
  });

  it("that are missing belong to a device only if it has its topic for itself", () => {
    file("meters", [0, 1, 3, 3]);
    complete(["meters", 0, 4]);
    expect(reconciliation.gaps(9)).toEqual([
      { where: "meters/0", kind: "missing in table", unit: "offset", from: 2, to: 2, count: 1 },
    ]);
    complete(["device-1", 0, 1], ["meters", 0, 4]);
    expect(reconciliation.gaps(9)[1]).toMatchObject({ where: "device-1/0", device: "device-1" });
    expect(reconciliation.rows("", 0, 9).rows.map(({ missing }) => missing)).toEqual([1, 0, 0]);
    expect(reconciliation.totals()).toMatchObject({ missing: 2 });
  });

  it("are counted by device", () => {
    const devices = new Map([
      ["meter-1", 2],
      ["gone", 1],
    ]);
    file("meters", [0, 2], { devices });
    file("meters", [3, 3], { devices: new Map([["meter-1", 1]]), table: "dead letters" });
    expect(
      reconciliation
        .rows("", 0, 9)
        .rows.map(({ device, inTable, deadLetters }) => [device, inTable, deadLetters]),
    ).toEqual([
      ["device-1", 0, 0],
      ["gone", 1, 0],
      ["meter-1", 2, 1],
      ["meter-2", 0, 0],
    ]);
  });

  it("are forgotten when the reader restarts", () => {
    file("meters", [0, 2, 4, 4], { devices: new Map([["meter-1", 4]]), repeats: [1, 1] });
    expect(complete(["meters", 0, 5])).toHaveLength(2);
    reconciliation.apply({ type: "tables restarted" });
    expect(gaps()).toEqual([]);
    expect(reconciliation.totals()).toMatchObject({ inTable: 0, deadLetters: 0, missing: 0, repeated: 0 });
    expect(reconciliation.rows("meter-1", 0, 1).rows).toMatchObject([{ inTable: 0 }]);
    file("meters", [0, 4]);
    expect(complete(["meters", 0, 5])).toEqual([]);
  });
});

it("tableHas finds offsets of a topic under any of its names in the tables", () => {
  file("device-1", [0, 9]);
  file("device-1#2", [0, 4, 6, 9], { table: "dead letters" });
  const has = (from: number, to: number, partition = 0, topic = "device-1") =>
    reconciliation.tableHas({ topic, partition, from, to });
  expect([has(0, 10), has(3, 4), has(9, 11), has(0, 1, 1), has(0, 1, 0, "device-2")]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
