const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const undos = new Set<() => void>();

/**
 * Removes what a benchmark has made also when somebody interrupts the benchmark.
 * @param undo is called on the interruption; it cannot wait for anything
 * @returns a function to call once the thing is removed in the usual way
 */
export function whenInterrupted(undo: () => void): () => void {
  if (undos.size === 0) {
    for (const signal of signals) process.on(signal, undoAll);
  }
  undos.add(undo);
  return () => {
    undos.delete(undo);
    if (undos.size > 0) return;
    for (const signal of signals) process.off(signal, undoAll);
  };
}

/** The latest first: a user of a thing is removed before the thing. */
function undoAll(): void {
  for (const undo of [...undos].reverse()) {
    try {
      undo();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  process.exit(130);
}
