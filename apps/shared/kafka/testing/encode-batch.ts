import { headerAt } from "../record-batch/batch-header";
import { crc32c } from "../record-batch/crc32c";
import { addCodecs, encodeRecord, encodeRecordBatch } from "../transport/testing/kafkajs-reference";

addCodecs();

/** A record to encode, with defaults for all that is left out. */
export interface Message {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Gives a changed batch the checksum of its bytes. */
export function withChecksum(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch, headerAt.attributes), headerAt.checksum);
  return batch;
}

/** A batch as kafkajs writes it, from offset 1000 on unless `fields` say otherwise. */
export async function encodeBatch(messages: readonly Message[], fields: object = {}): Promise<Buffer> {
  const records = messages.map((message, index) =>
    encodeRecord({ offsetDelta: index, timestampDelta: index, key: "k", value: `v${index}`, ...message }),
  );
  const batch = {
    firstOffset: 1000,
    firstTimestamp: 1795392000000,
    maxTimestamp: 1795392000099,
    lastOffsetDelta: messages.length - 1,
    records,
    ...fields,
  };
  return (await encodeRecordBatch({ partitionLeaderEpoch: 0, producerId: -1, firstSequence: 0, ...batch }))
    .buffer;
}
