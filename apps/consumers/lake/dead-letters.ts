/**
 * How far the dead letters of the partitions that are read have come. Two tables cannot be committed as one: dead letters
 * go first, under transactions of their own, so that they are not written again when the process ends between the two.
 */
export type DeadLetterOffsets = {
  readonly appId: string;
  /** The offset after the last dead letter that the table holds; undefined if it holds none. */
  stored: number | undefined;
}[];

/** @param transactions of the table of dead letters */
export function deadLetterOffsets(
  partitions: readonly { readonly tableTopic: string; readonly partition: number }[],
  transactions: ReadonlyMap<string, number>,
): DeadLetterOffsets {
  return partitions.map(({ tableTopic, partition }) => {
    const appId = `kafka-iot-sim-dead-letters:${tableTopic}:${partition}`;
    return { appId, stored: transactions.get(appId) };
  });
}
