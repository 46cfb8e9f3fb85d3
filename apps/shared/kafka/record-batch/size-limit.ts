/**
 * The most bytes that one batch may have after decompression: a few kilobytes can be made to fill any memory. Brokers accept batches of
 * 1 MB by default, and observations shrink to a tenth at most.
 */
export const maxDecompressedBytes = 67_108_864;

const code = "ERR_BUFFER_TOO_LARGE";

/** The error of a codec whose output would be too large, as Node's own codecs throw it. */
export function tooLarge(): Error {
  return Object.assign(new Error("its output is too large"), { code });
}

export function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
