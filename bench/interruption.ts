const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const undos = new Set<() => void>();

/**
 * Sees to it that something made for a benchmark goes also when somebody breaks the benchmark off.
 * @param undo is called then; it cannot wait for anything.
 * @returns what to call when it has gone in the usual way.
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

/** The latest first: who uses a thing goes before it. */
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
