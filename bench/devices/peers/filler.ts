import { maxBatchBytes } from "../../../contract/environment/device";
import { partitionOfKey, RecordBatch } from "../../../apps/shared/kafka";
import type { Observations } from "./observations";

/** Fills batches of all partitions, two sets in turn. */
export class Filler {
  private next = 0;
  private turn = 0;
  private readonly sets: RecordBatch[][];
  private readonly keys = new Map<string, { readonly bytes: Uint8Array; readonly partition: number }>();
  private readonly value = Buffer.alloc(1024);
  private length = 0;

  constructor(
    private readonly observations: Observations,
    private readonly partitionCount: number,
  ) {
    this.sets = [0, 1].map(() =>
      Array.from({ length: partitionCount }, () => new RecordBatch(maxBatchBytes)),
    );
  }

  /** The next batches, until one is full; none when all is done. */
  fill(): Map<number, RecordBatch> {
    const set = this.sets[this.turn++ % 2] ?? [];
    for (const batch of set) batch.reset();
    const { observations } = this;
    while (this.next < observations.count && this.add(set)) this.next++;
    return new Map([...set.entries()].filter(([, batch]) => batch.count > 0));
  }

  private add(set: readonly RecordBatch[]): boolean {
    const { observations, next, value } = this;
    const { bytes, partition } = this.keyOf(observations.key(next));
    // One that did not fit last time is there still.
    if (this.length === 0) this.length = value.write(observations.value(next), "latin1");
    const added = set[partition]?.append(observations.timestampMs(next), bytes, value, this.length) ?? false;
    if (added) this.length = 0;
    return added;
  }

  private keyOf(key: string) {
    let found = this.keys.get(key);
    if (found === undefined) {
      const bytes = Buffer.from(key);
      this.keys.set(key, (found = { bytes, partition: partitionOfKey(bytes, this.partitionCount) }));
    }
    return found;
  }
}
