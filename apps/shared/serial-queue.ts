/** Runs asynchronous work one piece at a time, in the order in which it was added. A piece that fails does not stop those after it. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` once all work that was added before has ended.
   * @returns what the work returns
   * @throws what the work throws; the next piece begins afterwards in either case
   */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }
}
