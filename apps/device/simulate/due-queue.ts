/** What has a time at which it is due. */
export interface Due {
  readonly dueMs: number;
}

/**
 * A binary heap of what is due when, for very many that each become due again and again. Of those due at the same time, the first of
 * the list comes first, so that the order depends on nothing else.
 */
export class DueQueue<Item extends Due> {
  /** By place in the heap; times stand beside the items, because following a reference at each comparison is slow. */
  private readonly items: Uint32Array;
  private readonly times: Float64Array;

  constructor(private readonly list: readonly Item[]) {
    this.items = Uint32Array.from(list.keys());
    this.times = Float64Array.from(list, ({ dueMs }) => dueMs);
    for (let place = (list.length >> 1) - 1; place >= 0; place--) this.sink(place);
  }

  /** The one that is due first. */
  get first(): Item | undefined {
    return this.list[this.items[0] ?? -1];
  }

  /** When the first is due; Infinity if there is nothing. */
  get firstDueMs(): number {
    return this.times[0] ?? Infinity;
  }

  /** The first has another time now, a later one. */
  firstChanged(): void {
    if (this.first === undefined) return;
    this.times[0] = this.first.dueMs;
    this.sink(0);
  }

  private sink(from: number): void {
    const { items, times } = this;
    const size = items.length;
    const item = items[from] ?? 0;
    const time = times[from] ?? 0;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(child + 1, times[child] ?? 0, items[child] ?? 0)) child++;
      if (!this.isBefore(child, time, item)) break;
      items[place] = items[child] ?? 0;
      times[place] = times[child] ?? 0;
      place = child;
    }
    items[place] = item;
    times[place] = time;
  }

  private isBefore(place: number, time: number, item: number): boolean {
    const other = this.times[place] ?? 0;
    return other < time || (other === time && (this.items[place] ?? 0) < item);
  }
}
