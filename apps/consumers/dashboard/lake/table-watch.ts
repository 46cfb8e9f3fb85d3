import type { CommitFrame, LakeSummary, MinuteFrame } from "../../../../contract/frames/frames";
import { localReading } from "../../../shared/delta/local-reader";
import { type Incarnation, incarnationsOf } from "../../../shared/lake-table/incarnations";
import type { Logger } from "../../../shared/logger";
import { delay } from "../../../shared/shutdown";
import type { TableSink } from "./table-reader";
import { rowsPerSecond } from "./live-files";
import { TableLog } from "./table-log";
import { type ReadingState, TableReader } from "./table-reader";

/** The present state of the tables; `TableWatch` keeps it current. */
export interface TableView {
  /** Undefined while there is no table. The tables do not show how fresh rows are. */
  readonly summary: Omit<LakeSummary, "freshnessMs"> | undefined;
  /** The latest first. */
  readonly commits: readonly CommitFrame[];
  /** The latest minutes, in order. */
  readonly minutes: readonly MinuteFrame[];
  /** The number of all partitions of the table. */
  readonly minuteCount: number;
  /** The incarnations of each topic and the offsets that the table has of them, the present one last. */
  readonly incarnations: ReadonlyMap<string, readonly Incarnation[]>;
  /** Why a table cannot be read, one line; undefined if it can, or if there is none yet. */
  readonly problem: string | undefined;
}

export interface TableWatchOptions extends TableSink {
  /** The directories of the two tables, which need not exist yet. Nothing is created or written there. */
  readonly paths: { readonly observations: string; readonly deadLetters: string };
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const readEveryMs = 1_000;
const maxMinutes = 120;

/** Reads the logs of the tables each second, and their rows in the background. */
export class TableWatch implements TableView {
  private readonly observations: TableLog;
  private readonly deadLetters: TableLog;
  private readonly reader: TableReader;
  private current: Omit<TableView, "problem"> = {
    summary: undefined,
    commits: [],
    minutes: [],
    minuteCount: 0,
    incarnations: new Map(),
  };
  private loggedProblem: string | undefined;
  /** Whether the directories of the tables have been read once. */
  isKnown = false;

  constructor(private readonly options: TableWatchOptions) {
    const observations = localReading(options.paths.observations);
    const deadLetters = localReading(options.paths.deadLetters);
    this.observations = new TableLog(observations);
    this.deadLetters = new TableLog(deadLetters);
    this.reader = new TableReader(
      {
        observations: { log: this.observations, reading: observations },
        "dead letters": { log: this.deadLetters, reading: deadLetters },
      },
      options,
    );
  }

  /** Runs until the signal aborts. {@link problem} reports what is wrong with the tables; reading is tried again. */
  async run(): Promise<void> {
    const { signal } = this.options;
    await Promise.all([this.reader.run(signal), this.readLogs(signal)]);
  }

  get summary(): TableView["summary"] {
    return this.current.summary;
  }

  get commits(): readonly CommitFrame[] {
    return this.current.commits;
  }

  get minutes(): readonly MinuteFrame[] {
    return this.current.minutes;
  }

  get minuteCount(): number {
    return this.current.minuteCount;
  }

  get incarnations(): ReadonlyMap<string, readonly Incarnation[]> {
    return this.current.incarnations;
  }

  get problem(): string | undefined {
    return this.observations.problem ?? this.deadLetters.problem;
  }

  /** How many of the rows were read. */
  get reading(): ReadingState {
    return this.reader.state;
  }

  private async readLogs(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.readLogsOnce(Date.now());
      if ((await delay(readEveryMs, signal)) === "aborted") return;
    }
  }

  private async readLogsOnce(nowMs: number): Promise<void> {
    const { observations, deadLetters, reader } = this;
    const before = observations.version;
    // The lake commits dead letters before the rows that come after them: read in this order, the log of dead letters is never behind.
    const news = {
      observations: await observations.update(nowMs),
      "dead letters": await deadLetters.update(nowMs),
    };
    const hasChanged = news.observations.kind === "replaced" || observations.version !== before;
    const incarnations = hasChanged ? incarnationsOf(observations.transactions) : this.current.incarnations;
    this.current = this.viewOf(incarnations, nowMs);
    reader.update(news, incarnations);
    this.isKnown = true;
    this.logProblem();
  }

  private viewOf(incarnations: TableView["incarnations"], nowMs: number): Omit<TableView, "problem"> {
    const { files, commits, version } = this.observations;
    const { total } = files;
    return {
      summary:
        version === undefined
          ? undefined
          : {
              version,
              rows: total.rows,
              files: total.files,
              bytes: total.bytes,
              deadLetters: this.deadLetters.files.total.rows,
              committedMs: commits[0]?.timeMs ?? 0,
              rowsPerSecond: rowsPerSecond(commits, nowMs),
            },
      commits,
      minutes: files.latestMinutes(maxMinutes),
      minuteCount: files.minuteCount,
      incarnations,
    };
  }

  private logProblem(): void {
    const { logger } = this.options;
    const problem = this.problem ?? this.reading.problem;
    if (problem === this.loggedProblem) return;
    if (problem === undefined) logger.info("the table can be read again");
    else logger.warn(`the table cannot be read: ${problem}`);
    this.loggedProblem = problem;
  }
}
