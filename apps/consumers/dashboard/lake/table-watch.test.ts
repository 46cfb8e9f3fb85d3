import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkpointName, logDirectory, logFileName } from "../../../shared/delta/log-names";
import { createLogger } from "../../../shared/logger";
import { Reconciliation } from "../reconciliation/reconciliation";
import { TableWatch } from "./table-watch";
import { deadLetterSchema, rowsOf, startMs, TestTable } from "./testing/test-table";

let root: string;
let reconciliation: Reconciliation;
let watch: TableWatch;
let lines: string[];
let stop: AbortController;
let running: Promise<void>;

const paths = () => ({ observations: join(root, "bronze"), deadLetters: join(root, "dead_letters") });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "table-watch-"));
  lines = [];
  stop = new AbortController();
  reconciliation = new Reconciliation([{ name: "device-1", topic: "device-1" }]);
  watch = new TableWatch({
    paths: paths(),
    apply: (event) => reconciliation.apply(event),
    ownerOf: (topic, key) => reconciliation.ownerOf(topic, key),
    logger: createLogger({ app: "dashboard", format: "json", write: (line) => lines.push(line) }),
    signal: stop.signal,
  });
});
afterEach(async () => {
  stop.abort();
  await running;
  await rm(root, { recursive: true });
});

/** Writes a table of memory into its directory. */
async function store({ storage }: TestTable, directory: string): Promise<void> {
  const files = new Map<string, string | Uint8Array>([
    ...[...storage.contents].map(([path, contents]) => [path, contents] as const),
    ...[...storage.checkpoints].map(
      ([version, contents]) => [join(logDirectory, checkpointName(version)), contents] as const,
    ),
    ...[...storage.entries].map(
      ([version, text]) => [join(logDirectory, logFileName(version)), text] as const,
    ),
  ]);
  for (const [path, contents] of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
}

it("TableWatch shows both tables, finds that they lack nothing, and writes nothing itself", async () => {
  await chmod(root, 0o555);
  running = watch.run();
  await vi.waitFor(() => expect(watch.reading).toEqual({ progress: 1, problem: undefined }));
  expect(watch.summary).toBeUndefined();
  expect([watch.commits, watch.minutes, watch.problem]).toEqual([[], [], undefined]);
  expect(await readdir(root)).toEqual([]);

  await chmod(root, 0o755);
  const letters = new TestTable(deadLetterSchema).create();
  await letters.append(rowsOf([2]));
  await store(letters, paths().deadLetters);
  const table = new TestTable().create();
  const first = await table.append(rowsOf([0, 1, 3]), { minute: 2, next: { 0: 4 } });
  await store(table, paths().observations);
  await vi.waitFor(() => expect(reconciliation.totals()).toMatchObject({ inTable: 3, deadLetters: 1 }), {
    timeout: 5_000,
  });
  expect(reconciliation.totals()).toMatchObject({ missing: 0, repeated: 0 });
  expect(watch.summary).toEqual({
    version: 1,
    rows: 3,
    files: 1,
    bytes: first.size,
    deadLetters: 1,
    committedMs: startMs + 10_000,
    rowsPerSecond: 0,
  });
  expect(watch.commits.map(({ version }) => version)).toEqual([1, 0]);
  expect(watch.minutes).toEqual([{ timeMs: startMs + 120_000, rows: 3, files: 1, bytes: first.size }]);
  expect(watch.minuteCount).toBe(1);
  expect(watch.incarnations.get("device-1")?.[0]?.partitions.get(0)?.next).toBe(4);

  await table.append(rowsOf([4, 6]), { next: { 0: 7 } });
  await store(table, paths().observations);
  await vi.waitFor(() => expect(reconciliation.gapCount).toBe(1), { timeout: 5_000 });
  expect(reconciliation.gaps(1)).toMatchObject([
    { where: "device-1/0", kind: "missing in table", from: 5, to: 5 },
  ]);
  expect(lines).toEqual([]);
}, 20_000);

it("TableWatch logs one line when a table cannot be read, and one when it can be read again", async () => {
  const table = new TestTable().create();
  await table.append(rowsOf([0]), { next: { 0: 1 } });
  await store(table, paths().observations);
  running = watch.run();
  await vi.waitFor(() => expect(reconciliation.totals().inTable).toBe(1), { timeout: 5_000 });
  const entry = join(paths().observations, logDirectory, logFileName(2));
  await writeFile(entry, "{}");
  await vi.waitFor(() => expect(watch.problem).toMatch(/^version 2 of the Delta log cannot be read/), {
    timeout: 5_000,
  });
  expect(watch.summary).toMatchObject({ version: 1, rows: 1 });
  await table.append(rowsOf([1]), { next: { 0: 2 } });
  await store(table, paths().observations);
  await vi.waitFor(() => expect(reconciliation.totals().inTable).toBe(2), { timeout: 5_000 });
  expect(watch.problem).toBeUndefined();
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toEqual([
    expect.stringMatching(/^the table cannot be read: version 2 of the Delta log cannot be read: /),
    "the table can be read again",
  ]);
}, 20_000);
