import { partitionOfKey } from "./partitioner";
import { RecordBatch } from "../record-batch/batch-writer";
import { readRecords } from "../record-batch/producer-records";

/** A record's place among others changes how long it is, by a few bytes. */
const maxGrowthBytes = 20;

/** Spreads the records of a batch over the partitions of a topic by their keys; those of one key keep their order. */
export function splitByKey(batch: RecordBatch, partitionCount: number): Map<number, RecordBatch> {
  const limitBytes = batch.bytes + maxGrowthBytes * batch.count;
  const parts = new Map<number, RecordBatch>();
  for (const { timestampMs, key, value, headers } of readRecords(batch)) {
    const partition = partitionOfKey(key, partitionCount);
    let part = parts.get(partition);
    if (part === undefined) parts.set(partition, (part = new RecordBatch(limitBytes)));
    part.append(timestampMs, key, value, value.length, headers);
  }
  return parts;
}
