/**
 * The most bytes that one batch may have without its compression: a few kilobytes can be made to fill any memory. Brokers take batches
 * of 1 MB unless they are told otherwise, and observations shrink to a tenth at most.
 */
export const maxDecompressedBytes = 67_108_864;

const code = "ERR_BUFFER_TOO_LARGE";

/** What codecs throw whose output would be too large, as Node's own do. */
export function tooLarge(): Error {
  return Object.assign(new Error("its output is too large"), { code });
}

export function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
