import { localReading } from "../../../shared/delta/storage/local-storage";
import { type Incarnation, incarnationsOf } from "../../../shared/lake-table/incarnations";
import type { Logger } from "../../../shared/logger";
import { delay } from "../../../shared/shutdown";
import type { TableAccount } from "../conservation/account";
import type { CommitFrame, MinuteFrame } from "../../../../contract/frames/frames";
import { rowsPerSecond } from "./commit-frame";
import { TableLog } from "./table-log";
import { TableReader } from "./table-reader";
import type { ReadingState, TableView } from "./table-view";

export interface TableWatchOptions {
  /** Where the two tables lie, or will lie; nothing is made or written there. */
  readonly paths: { readonly observations: string; readonly deadLetters: string };
  /** Is told which messages the tables have. */
  readonly account: TableAccount;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const lookEveryMs = 1_000;
const maxMinutes = 120;

/** The tables as their logs say they are, looked at each second, and their rows, read in the background. */
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
  private told: string | undefined;
  /** Whether it is known if there are tables. */
  hasLooked = false;

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
      options.account,
    );
  }

  /** Runs until the signal aborts. What goes wrong with the tables is told by {@link problem}, and tried again. */
  async run(): Promise<void> {
    const { signal } = this.options;
    await Promise.all([this.reader.run(signal), this.look(signal)]);
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

  /** How far the rows were read. */
  get reading(): ReadingState {
    return this.reader.state;
  }

  private async look(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.lookOnce(Date.now());
      if ((await delay(lookEveryMs, signal)) === "aborted") return;
    }
  }

  private async lookOnce(nowMs: number): Promise<void> {
    const { observations, deadLetters, reader } = this;
    const before = observations.version;
    // Dead letters are committed before the rows that come after them: looked at in this order, none that belongs to these is left out.
    const news = {
      observations: await observations.look(nowMs),
      "dead letters": await deadLetters.look(nowMs),
    };
    const hasChanged = news.observations.kind === "anew" || observations.version !== before;
    const incarnations = hasChanged ? incarnationsOf(observations.transactions) : this.current.incarnations;
    this.current = this.see(incarnations, nowMs);
    reader.take(news, incarnations);
    this.hasLooked = true;
    this.tell();
  }

  private see(incarnations: TableView["incarnations"], nowMs: number): Omit<TableView, "problem"> {
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
      minutes: files.newestMinutes(maxMinutes),
      minuteCount: files.minuteCount,
      incarnations,
    };
  }

  private tell(): void {
    const { logger } = this.options;
    const problem = this.problem ?? this.reading.problem;
    if (problem === this.told) return;
    if (problem === undefined) logger.info("the table can be read again");
    else logger.warn(`the table cannot be read: ${problem}`);
    this.told = problem;
  }
}
