/** How far something has come, and how far it has to. */
export interface Standing {
  readonly next: number;
  readonly end: number;
}

interface Followed {
  furthest: number;
  sinceMs: number;
}

/** Since when things have not moved on that have more before them. */
export class Stalls {
  private readonly followed = new Map<string, Followed>();

  /** Looks at one of them. @param standing undefined while it is not known, which is no progress */
  look(key: string, standing: Standing | undefined, nowMs: number): void {
    const known = this.followed.get(key);
    if (known === undefined) {
      this.followed.set(key, { furthest: standing?.next ?? -1, sinceMs: nowMs });
      return;
    }
    if (standing === undefined) return;
    const { next, end } = standing;
    // Where the end is before what was reached, it is another than before.
    if (next >= end || next > known.furthest || end < known.furthest) {
      known.furthest = next;
      known.sinceMs = nowMs;
    }
  }

  /** Forgets all others than these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.followed.keys()) if (!keys.has(key)) this.followed.delete(key);
  }

  /** Those that have not moved on for so long, in the order in which they stopped. */
  stalled(afterMs: number, nowMs: number): { readonly key: string; readonly sinceMs: number }[] {
    return [...this.followed]
      .filter(([, { sinceMs }]) => nowMs - sinceMs >= afterMs)
      .map(([key, { sinceMs }]) => ({ key, sinceMs }))
      .sort((one, other) => one.sinceMs - other.sinceMs);
  }
}
