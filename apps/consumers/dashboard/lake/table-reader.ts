import { setTimeout as elapsed } from "node:timers/promises";
import type { TableReading } from "../../../shared/delta/local-reader";
import { decodePath } from "../../../shared/delta/partition-path";
import type { Lineage } from "../../../shared/lake-table/lineages";
import { messageOf } from "../../../shared/text";
import type { FileContents, TableAccount } from "../conservation/account";
import { readDeadLetters, readObservations } from "./file-contents";
import { type FileToRead, ReadingPlan, type Step, type TableName } from "./reading-plan";
import type { ReadingState } from "./table-view";
import type { LogNews, TableLog } from "./table-log";

/** How far the table of observations is with each topic. */
type Lineages = ReadonlyMap<string, readonly Lineage[]>;
type ReadStep = Extract<Step<Lineages>, { readonly kind: "read" }>;

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
  private readonly plan = new ReadingPlan<Lineages>();
  private wake = Promise.withResolvers<undefined>();
  /** Counts new beginnings, so that what is still being read of before is dropped. */
  private round = 0;
  private mustBeginAnew = true;
  private trouble: string | undefined;

  constructor(
    private readonly tables: Readonly<Record<TableName, ReadTable>>,
    private readonly account: TableAccount,
    private readonly againMs = triedAgainMs,
  ) {}

  get state(): ReadingState {
    return { progress: this.plan.progress, problem: this.trouble };
  }

  /** Takes what is new in the logs. @param lineages as the table of observations has them after that */
  take(news: Readonly<Record<TableName, LogNews>>, lineages: Lineages): void {
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
    if (!keepsRows) this.begin(lineages);
    else if (isNew) this.plan.mark(lineages);
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
      if (step?.kind === "read") await Promise.race([stopped, this.readOne(step)]);
      else if (step?.kind === "complete") this.account.complete(step.mark);
      else {
        await Promise.race([stopped, this.wake.promise]);
        this.wake = Promise.withResolvers<undefined>();
      }
    }
  }

  private begin(lineages: Lineages): void {
    this.round++;
    this.mustBeginAnew = false;
    this.trouble = undefined;
    this.account.restart();
    this.plan.begin(
      tableNames.flatMap((table) => this.newestFirst(table)),
      lineages,
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
      this.trouble = contents.problem;
      this.plan.postpone(step);
      await rest(this.againMs);
    } else {
      this.trouble = undefined;
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
      return { problem: `the data file ${path} of ${reading.location} cannot be read: ${messageOf(error)}` };
    }
  }
}

/** Nobody has to wait for it when the program ends. */
const rest = (ms: number) => elapsed(ms, undefined, { ref: false });

const tableNames = ["observations", "dead letters"] as const satisfies readonly TableName[];
