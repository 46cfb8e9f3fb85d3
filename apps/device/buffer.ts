/**
 * First in, first out, up to a limit. What comes when it is full pushes out the oldest, which is counted: of what happened
 * while nobody could be told, the newest is worth most.
 */
export class BoundedBuffer<Item> {
  private items: Item[] = [];
  private head = 0;
  private droppedCount = 0;

  constructor(readonly limit: number) {}

  get size(): number {
    return this.items.length - this.head;
  }

  /** How many were pushed out so far. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Adds an item; tells whether it pushed one out. */
  push(item: Item): boolean {
    this.items.push(item);
    if (this.size <= this.limit) return false;
    this.head += 1;
    this.droppedCount += 1;
    this.compact();
    return true;
  }

  /** Removes and returns up to `count` of the oldest, oldest first. */
  take(count: number): Item[] {
    const taken = this.items.slice(this.head, this.head + count);
    this.head += taken.length;
    this.compact();
    return taken;
  }

  /** Lets go of what is behind the head, rarely enough to cost nothing for each item. */
  private compact(): void {
    if (this.head < 64 || this.head * 2 < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
