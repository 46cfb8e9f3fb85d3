/** How far each partition has been printed and not yet committed. */
export class Positions {
  private readonly next = new Map<string, { topic: string; partition: number; offset: string }>();

  get isEmpty(): boolean {
    return this.next.size === 0;
  }

  printed(topic: string, partition: number, offset: string): void {
    this.next.set(`${topic}/${partition}`, { topic, partition, offset: (BigInt(offset) + 1n).toString() });
  }

  /** Takes what there is to commit, as offsets of the next messages to read. */
  take(): { topic: string; partition: number; offset: string }[] {
    const positions = [...this.next.values()];
    this.next.clear();
    return positions;
  }
}
