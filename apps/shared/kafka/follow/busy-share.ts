import { delay } from "../../shutdown";

/** Timers are not exact: shorter waits are put together. */
const shortestWaitMs = 5;

/** Lets work take no more than a share of the time: after each piece of it, the next one waits. One piece at a time. */
export class BusyShare {
  private last: Promise<unknown> = Promise.resolve();
  private freeAtMs = 0;

  /** @param share over 0 up to 1 */
  constructor(
    private readonly share: number,
    private readonly signal: AbortSignal,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Does the work when its turn has come. @throws what the work throws */
  run(work: () => void | Promise<void>): Promise<void> {
    const result = this.last.then(() => this.inTurn(work));
    this.last = result.catch(() => {});
    return result;
  }

  private async inTurn(work: () => void | Promise<void>): Promise<void> {
    const waitMs = this.freeAtMs - this.now();
    if (waitMs >= shortestWaitMs) await delay(waitMs, this.signal);
    const beganMs = this.now();
    await work();
    this.freeAtMs = Math.max(this.freeAtMs, beganMs) + (this.now() - beganMs) / this.share;
  }
}
