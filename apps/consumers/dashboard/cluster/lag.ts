/** What a partition holds: offsets from `earliest` up to, but without, `latest`. */
interface Bounds {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * Messages that a group has not committed yet.
 *
 * @param committed the next offset that it reads; undefined if it has committed none, so that it has all of them before it
 */
export function lagOf({ earliest, latest }: Bounds, committed: number | undefined): number {
  // What retention has removed waits for nobody; and bounds may be a moment older than what was committed.
  return Math.max(0, latest - Math.max(committed ?? earliest, earliest));
}
