/** Topics of one request: a thousand requests would take minutes, one for a thousand topics longer than a request may. */
const topicsAtOnce = 50;
/**
 * Partitions of one request: KRaft refuses one that makes more than 10,000 records, a record for each partition, topic and setting
 * (QuorumController.MAX_RECORDS_PER_USER_OP, KAFKA-14996, KAFKA-17870). A topic that has more is made by one request for itself.
 */
const partitionsAtOnce = 2000;

/** Parts a list of topics, in its order, into as few requests as brokers take. */
export function batchesOf<Topic>(
  topics: readonly Topic[],
  partitionsOf: (topic: Topic) => number,
): readonly (readonly Topic[])[] {
  const batches: Topic[][] = [];
  let partitions = Infinity;
  for (const topic of topics) {
    partitions += partitionsOf(topic);
    const last = batches.at(-1);
    if (last !== undefined && last.length < topicsAtOnce && partitions <= partitionsAtOnce) {
      last.push(topic);
    } else {
      batches.push([topic]);
      partitions = partitionsOf(topic);
    }
  }
  return batches;
}
