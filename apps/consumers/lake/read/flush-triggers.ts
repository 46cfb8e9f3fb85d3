/** Limits of what may be read and not yet written. A flush starts when one of them is reached. */
export interface FlushLimits {
  readonly rows: number;
  /** Bytes of the messages that the rows come from. */
  readonly bytes: number;
}

/** From this fraction of a limit on, rows are worth a commit of their own. */
const ampleFraction = 8;

/** How much has been read since the last flush. */
export class FillLevel {
  private rows = 0;
  private bytes = 0;

  constructor(private readonly limits: FlushLimits) {}

  /** Whether a limit is reached, so that a flush must start before more is added. */
  get isFull(): boolean {
    return this.rows >= this.limits.rows || this.bytes >= this.limits.bytes;
  }

  /** Whether there is enough for a commit of its own. */
  get isAmple(): boolean {
    const { rows, bytes } = this.limits;
    return this.rows >= rows / ampleFraction || this.bytes >= bytes / ampleFraction;
  }

  add(messageBytes: number): void {
    this.rows++;
    this.bytes += messageBytes;
  }

  empty(): void {
    this.rows = 0;
    this.bytes = 0;
  }
}

/** After so long without messages, a backlog is at its end. */
const lullMs = 100;

/** Starts a flush when the oldest row has waited for the flush interval, or when a backlog has come to its end. */
export class FlushTimers {
  private interval: NodeJS.Timeout | undefined;
  private lull: NodeJS.Timeout | undefined;

  /** @param intervalMs how long a row may wait for its commit */
  constructor(
    private readonly intervalMs: number,
    private readonly onDue: () => void,
  ) {}

  /** Something waits for its commit, from now on if nothing has waited yet. */
  startInterval(): void {
    this.interval ??= setTimeout(this.onDue, this.intervalMs);
  }

  /** Messages have come. @param isAmple whether a pause after them is reason enough for a flush */
  messagesCame(isAmple: boolean): void {
    clearTimeout(this.lull);
    if (isAmple) this.lull = setTimeout(this.onDue, lullMs);
  }

  stop(): void {
    clearTimeout(this.interval);
    clearTimeout(this.lull);
    this.interval = undefined;
  }
}
