import { setTimeout as elapsed } from "node:timers/promises";
import type { TableReading } from "../../../shared/delta/local-reader";
import { decodePath } from "../../../shared/delta/partition-path";
import type { Incarnation } from "../../../shared/lake-table/incarnations";
import { counted, messageOf } from "../../../shared/text";
import type { FileContents, TableEvent } from "../reconciliation/events";
import { readDeadLetters, readObservations } from "./file-contents";
import type { FileChange, LogNews, TableLog } from "./table-log";

/** The incarnations of each topic that the table of observations has. */
type Incarnations = ReadonlyMap<string, readonly Incarnation[]>;
type ReadStep = Extract<Step<Incarnations>, { readonly kind: "read" }>;

/** While the files of the start are read, others get so many times as long as reading took. */
const restShare = 3;
/** When a file is read again that could not be read. */
const triedAgainMs = 5_000;

/** How many rows of the tables were read, since the start or the last restart. */
export interface ReadingState {
  /** The share of the rows that existed then: 0 to 1. */
  readonly progress: number;
  /** Why the rows cannot be read, one line. */
  readonly problem: string | undefined;
}

/** What takes the rows. */
export interface TableSink {
  readonly apply: (event: TableEvent) => void;
  /** The device of a message by its topic and key; undefined if neither shows it. */
  readonly ownerOf: (topic: string, key: string | undefined) => string | undefined;
}

export interface ReadTable {
  readonly log: TableLog;
  readonly reading: TableReading;
}

/** Reads the rows of both tables, each once, and reports which messages they are. */
export class TableReader {
  private readonly plan = new ReadingPlan<Incarnations>();
  private wake = Promise.withResolvers<undefined>();
  /** Counts restarts, so that a file is dropped that was read across one. */
  private round = 0;
  private mustRestart = true;
  /** Files that could not be read, by table and path. */
  private readonly unread = new Map<string, Unread>();

  constructor(
    private readonly tables: Readonly<Record<TableName, ReadTable>>,
    private readonly sink: TableSink,
    private readonly againMs = triedAgainMs,
  ) {}

  get state(): ReadingState {
    return { progress: this.plan.progress, problem: this.problem };
  }

  /** Names one file, and counts the others. */
  private get problem(): string | undefined {
    const [first, ...others] = this.unread.values();
    if (first === undefined) return undefined;
    return others.length === 0
      ? first.problem
      : `${first.problem} (and ${counted(others.length, "more file")})`;
  }

  /** Takes the changes of the logs. @param incarnations of the table of observations after these changes */
  update(news: Readonly<Record<TableName, LogNews>>, incarnations: Incarnations): void {
    let keepsRows = !this.mustRestart;
    let isNew = false;
    for (const table of tableNames) {
      const { log } = this.tables[table];
      const tableNews = news[table];
      if (tableNews.kind === "replaced") keepsRows = false;
      else {
        for (const change of tableNews.changes) {
          isNew = true;
          const bytesOf = (path: string) => log.files.get(path)?.bytes ?? 0;
          if (!this.plan.change(table, change, bytesOf)) keepsRows = false;
        }
      }
    }
    if (!keepsRows) this.restart(incarnations);
    else if (isNew) this.plan.mark(incarnations);
    else return;
    this.wake.resolve(undefined);
  }

  /** Reads files until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<undefined>((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
    while (!signal.aborted) {
      const step = this.mustRestart ? undefined : this.plan.next();
      if (step?.kind === "read") {
        const waitMs = this.waitFor(step.file);
        if (waitMs > 0) {
          this.plan.postpone(step);
          await this.restOrWake(waitMs, stopped);
        } else await Promise.race([stopped, this.readOne(step)]);
      } else if (step?.kind === "complete") this.sink.apply({ type: "tables read", incarnations: step.mark });
      else await this.restOrWake(undefined, stopped);
    }
  }

  /** Waits until there is something new to read, or for so long. */
  private async restOrWake(ms: number | undefined, stopped: Promise<undefined>): Promise<void> {
    await Promise.race([stopped, this.wake.promise, ...(ms === undefined ? [] : [rest(ms)])]);
    this.wake = Promise.withResolvers<undefined>();
  }

  /** How long to wait before this file: files that could not be read come after all others, so that there is nothing else to do. */
  private waitFor(file: FileToRead): number {
    if (!this.unread.has(keyOf(file))) return 0;
    const next = Math.min(...Array.from(this.unread.values(), ({ nextMs }) => nextMs));
    return Math.max(0, next - performance.now());
  }

  private restart(incarnations: Incarnations): void {
    this.round++;
    this.mustRestart = false;
    this.unread.clear();
    this.sink.apply({ type: "tables restarted" });
    this.plan.begin(
      tableNames.flatMap((table) => this.latestFirst(table)),
      incarnations,
    );
  }

  private latestFirst(table: TableName): FileToRead[] {
    const { files } = this.tables[table].log;
    return [...files.paths]
      .map((path) => ({ path, minute: files.get(path)?.minute ?? 0, bytes: files.get(path)?.bytes ?? 0 }))
      .sort((one, other) => other.minute - one.minute)
      .map(({ path, bytes }) => ({ table, path, bytes }));
  }

  private async readOne(step: ReadStep): Promise<void> {
    const { round } = this;
    const startMs = performance.now();
    const contents = await this.contentsOf(step.file);
    if (round !== this.round) return;
    if (contents === "gone") {
      // Another program has moved its rows and removed it before it was read: the next update restarts.
      this.mustRestart = true;
    } else if ("problem" in contents) {
      this.unread.set(keyOf(step.file), {
        problem: contents.problem,
        nextMs: performance.now() + this.againMs,
      });
      this.plan.postpone(step);
    } else {
      this.unread.delete(keyOf(step.file));
      this.sink.apply({ type: "file read", ...contents });
      this.plan.done(step);
      if (!step.isNew) await rest((performance.now() - startMs) * restShare);
    }
  }

  private async contentsOf({
    table,
    path,
  }: FileToRead): Promise<FileContents | { problem: string } | "gone"> {
    const { reading, log } = this.tables[table];
    try {
      const bytes = await reading.files.read(decodePath(path));
      if (bytes !== undefined)
        return table === "observations"
          ? await readObservations(bytes)
          : await readDeadLetters(bytes, (topic, key) => this.sink.ownerOf(topic, key));
      if (!log.files.has(path)) return "gone";
      return { problem: `the data file ${path} of ${reading.location} is not there` };
    } catch (error) {
      if (!log.files.has(path)) return "gone";
      return { problem: `the data file ${path} of ${reading.location} cannot be read: ${messageOf(error)}` };
    }
  }
}

interface Unread {
  readonly problem: string;
  /** When it is read again, by `performance.now()`. */
  readonly nextMs: number;
}

const keyOf = ({ table, path }: FileToRead) => `${table}/${path}`;

/** Does not keep the program running. */
const rest = (ms: number) => elapsed(ms, undefined, { ref: false });

const tableNames = ["observations", "dead letters"] as const satisfies readonly TableName[];

/** The two tables. */
export type TableName = "observations" | "dead letters";

/** A data file to read. */
export interface FileToRead {
  readonly table: TableName;
  /** As the log writes it. */
  readonly path: string;
  readonly bytes: number;
}

/** What to do next. */
export type Step<Mark> =
  | { readonly kind: "read"; readonly file: FileToRead; readonly isNew: boolean }
  /** Everything was read that the tables had at this mark. */
  | { readonly kind: "complete"; readonly mark: Mark };

/**
 * Which data files are still to be read, so that each row is read once: files of new commits before those of the start. A file whose rows
 * were moved from other files is never read; the files that first had these rows are, even if the table does not have them any more.
 */
export class ReadingPlan<Mark> {
  /** The files of the start, the next one last. */
  private backlog: FileToRead[] = [];
  private backlogBytes = 0;
  private restBytes = 0;
  /** The files of later commits, in order. */
  private fresh: (FileToRead | { readonly mark: Mark })[] = [];
  private reached: { readonly mark: Mark } | undefined;

  /** Starts again with the files of the tables. @param files in the order in which they are read */
  begin(files: readonly FileToRead[], mark: Mark): void {
    this.backlog = files.toReversed();
    this.backlogBytes = this.restBytes = bytesOf(files);
    this.fresh = [];
    this.reached = { mark };
  }

  /** A table has changed. @returns false if rows are gone, so that everything must be read again */
  change(
    table: TableName,
    { brought, keepsRows }: FileChange,
    bytesOfFile: (path: string) => number,
  ): boolean {
    for (const path of brought) this.fresh.push({ table, path, bytes: bytesOfFile(path) });
    return keepsRows;
  }

  /** All changes up to a mark were passed. */
  mark(mark: Mark): void {
    this.fresh.push({ mark });
  }

  /** Removes the next step from the plan; undefined if there is nothing to do. */
  next(): Step<Mark> | undefined {
    for (let first = this.fresh.shift(); first !== undefined; first = this.fresh.shift()) {
      if ("path" in first) return { kind: "read", file: first, isNew: true };
      this.reached = first;
    }
    const file = this.backlog.pop();
    if (file !== undefined) return { kind: "read", file, isNew: false };
    this.restBytes = 0;
    if (this.reached === undefined) return undefined;
    const { mark } = this.reached;
    this.reached = undefined;
    return { kind: "complete", mark };
  }

  /** A file was read. */
  done({ file, isNew }: Extract<Step<Mark>, { readonly kind: "read" }>): void {
    if (!isNew) this.restBytes -= file.bytes;
  }

  /** A file could not be read: its turn comes again after all others. */
  postpone({ file, isNew }: Extract<Step<Mark>, { readonly kind: "read" }>): void {
    if (isNew) this.restBytes += file.bytes;
    this.backlog.unshift(file);
  }

  /** The share of the bytes of the start that was read: 0 to 1. */
  get progress(): number {
    if (this.backlog.length === 0 && this.restBytes <= 0) return 1;
    return Math.max(0, 1 - this.restBytes / Math.max(1, this.backlogBytes, this.restBytes));
  }
}

function bytesOf(files: readonly FileToRead[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
