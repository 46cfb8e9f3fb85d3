import type { Batch } from "kafkajs";

/**
 * The offset that a batch was asked for. When it is at most the offset that a reader waits for, what the batch lacks
 * does not exist any more; when it is above, the batch was fetched from another place than the reader wants. kafkajs has
 * it, but leaves it out of its types.
 */
export function fetchedOffset(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}
