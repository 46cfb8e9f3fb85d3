import { useLayoutEffect, useState } from "preact/hooks";

/** A value that changes, with its subscribers. */
export class Cell<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The value of a cell. The component is drawn again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [, draw] = useState(0);
  useLayoutEffect(() => {
    const seen = cell.value;
    const change = () => draw((count) => count + 1);
    const end = cell.subscribe(change);
    // The value may have changed between drawing and this effect.
    if (!Object.is(seen, cell.value)) change();
    return end;
  }, [cell]);
  return cell.value;
}
