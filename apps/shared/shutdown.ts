/** Waits for `ms`, or until `signal` aborts. @returns which of the two came first */
export function delay(ms: number, signal?: AbortSignal): Promise<"elapsed" | "aborted"> {
  if (signal?.aborted) return Promise.resolve("aborted");
  return new Promise((resolve) => {
    const onAbort = () => {
      clearTimeout(timer);
      resolve("aborted");
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve("elapsed");
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Waits for `work`, but no longer than `ms`. @throws the error of `work`, unless it comes too late */
export async function within<Result>(
  ms: number,
  work: Promise<Result>,
): Promise<{ readonly kind: "done"; readonly result: Result } | { readonly kind: "late" }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ readonly kind: "late" }>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "late" }), ms);
  });
  try {
    work.catch(() => {});
    return await Promise.race([work.then((result) => ({ kind: "done" as const, result })), late]);
  } finally {
    clearTimeout(timer);
  }
}
