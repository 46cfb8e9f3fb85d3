/** Bounds of what is read but not yet written. */
export interface FlushLimits {
  readonly rows: number;
  /** Bytes of the messages that the rows come from. */
  readonly bytes: number;
}

const ampleFraction = 8;

/** How much of a flush has come together. */
export class FillLevel {
  private rows = 0;
  private bytes = 0;

  constructor(private readonly limits: FlushLimits) {}

  /** A limit is reached: flush before adding more. */
  get isFull(): boolean {
    return this.rows >= this.limits.rows || this.bytes >= this.limits.bytes;
  }

  /** So much that it is worth a commit of its own. */
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
