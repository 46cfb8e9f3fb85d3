import { setTimeout as elapsed } from "node:timers/promises";
import type { TableReading } from "../../../shared/delta/storage/local-storage";
import { decodePath } from "../../../shared/delta/log/actions";
import type { Incarnation } from "../../../shared/lake-table/incarnations";
import { counted, messageOf } from "../../../shared/text";
import type { FileContents, TableAccount } from "../conservation/account";
import { readDeadLetters, readObservations } from "./file-contents";
import { type FileToRead, ReadingPlan, type Step, type TableName } from "./reading-plan";
import type { ReadingState } from "./table-view";
import type { LogNews, TableLog } from "./table-log";

/** How far the table of observations is with each topic. */
type Incarnations = ReadonlyMap<string, readonly Incarnation[]>;
type ReadStep = Extract<Step<Incarnations>, { readonly kind: "read" }>;

/** While what was there at the start is read, so many times as long as that took is left to others. */
const restShare = 3;
/** When a file that cannot be read is tried again. */
const triedAgainMs = 5_000;

export interface ReadTable {
  readonly log: TableLog;
  readonly reading: TableReading;
}

/** Reads the rows of both tables, each once, and tells the ledger which messages they are. */
export class TableReader {
  private readonly plan = new ReadingPlan<Incarnations>();
  private wake = Promise.withResolvers<undefined>();
  /** Counts new beginnings, so that what is still being read of before is dropped. */
  private round = 0;
  private mustBeginAnew = true;
  /** Files that could not be read, by table and path. */
  private readonly unread = new Map<string, Unread>();

  constructor(
    private readonly tables: Readonly<Record<TableName, ReadTable>>,
    private readonly account: TableAccount,
    private readonly againMs = triedAgainMs,
  ) {}

  get state(): ReadingState {
    return { progress: this.plan.progress, problem: this.problem };
  }

  /** Says one file by its name, and how many there are. */
  private get problem(): string | undefined {
    const [first, ...others] = this.unread.values();
    if (first === undefined) return undefined;
    return others.length === 0
      ? first.problem
      : `${first.problem} (and ${counted(others.length, "more file")})`;
  }

  /** Takes what is new in the logs. @param incarnations as the table of observations has them after that */
  take(news: Readonly<Record<TableName, LogNews>>, incarnations: Incarnations): void {
    let keepsRows = !this.mustBeginAnew;
    let isNew = false;
    for (const table of tableNames) {
      const { log } = this.tables[table];
      const told = news[table];
      if (told.kind === "anew") keepsRows = false;
      else {
        for (const change of told.changes) {
          isNew = true;
          const bytesOf = (path: string) => log.files.get(path)?.bytes ?? 0;
          if (!this.plan.change(table, change, bytesOf)) keepsRows = false;
        }
      }
    }
    if (!keepsRows) this.begin(incarnations);
    else if (isNew) this.plan.mark(incarnations);
    else return;
    this.wake.resolve(undefined);
  }

  /** Reads what there is to read until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<undefined>((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
    while (!signal.aborted) {
      const step = this.mustBeginAnew ? undefined : this.plan.next();
      if (step?.kind === "read") {
        const waitMs = this.waitFor(step.file);
        if (waitMs > 0) {
          this.plan.postpone(step);
          await this.restOrWake(waitMs, stopped);
        } else await Promise.race([stopped, this.readOne(step)]);
      } else if (step?.kind === "complete") this.account.complete(step.mark);
      else await this.restOrWake(undefined, stopped);
    }
  }

  /** Until there is something new to read, or for so long. */
  private async restOrWake(ms: number | undefined, stopped: Promise<undefined>): Promise<void> {
    await Promise.race([stopped, this.wake.promise, ...(ms === undefined ? [] : [rest(ms)])]);
    this.wake = Promise.withResolvers<undefined>();
  }

  /** How long to wait if this file is next: those that could not be read stand behind all others, so that there is nothing else to do. */
  private waitFor(file: FileToRead): number {
    if (!this.unread.has(keyOf(file))) return 0;
    const next = Math.min(...Array.from(this.unread.values(), ({ nextMs }) => nextMs));
    return Math.max(0, next - performance.now());
  }

  private begin(incarnations: Incarnations): void {
    this.round++;
    this.mustBeginAnew = false;
    this.unread.clear();
    this.account.restart();
    this.plan.begin(
      tableNames.flatMap((table) => this.newestFirst(table)),
      incarnations,
    );
  }

  private newestFirst(table: TableName): FileToRead[] {
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
      // Others have rearranged its rows, and taken it away before it was read: the next look at the logs begins anew.
      this.mustBeginAnew = true;
    } else if ("problem" in contents) {
      this.unread.set(keyOf(step.file), {
        problem: contents.problem,
        nextMs: performance.now() + this.againMs,
      });
      this.plan.postpone(step);
    } else {
      this.unread.delete(keyOf(step.file));
      this.account.file(contents);
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
          : await readDeadLetters(bytes, (topic, key) => this.account.ownerOf(topic, key));
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
  /** When it is tried again, by `performance.now()`. */
  readonly nextMs: number;
}

const keyOf = ({ table, path }: FileToRead) => `${table}/${path}`;

/** Nobody has to wait for it when the program ends. */
const rest = (ms: number) => elapsed(ms, undefined, { ref: false });

const tableNames = ["observations", "dead letters"] as const satisfies readonly TableName[];
