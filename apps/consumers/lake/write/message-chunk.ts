import { type KafkaMessage, offsetOf, RecordView, UnreadableRecord } from "../../../shared/kafka";

/** Messages of one partition, packed so that they go to another thread without being copied again. */
export interface MessageChunk {
  /** Which of the partitions that were announced. */
  readonly partition: number;
  readonly count: number;
  /** Kafka's offsets, one a message. */
  readonly offsets: Float64Array;
  /** Kafka's timestamps in milliseconds since 1970, one a message. */
  readonly times: Float64Array;
  /** Four numbers a message: where in `bytes` its key and its value are: start and length, -1 for none. */
  readonly places: Int32Array;
  readonly bytes: Uint8Array;
  /** By their place among the messages, those whose batch cannot be read, and why; undefined if there are none. */
  readonly unreadable?: ReadonlyMap<number, string>;
}

/** Parts of one buffer that lie closer together are copied as one. */
const closeBytes = 1024;

interface Span {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  end: number;
  /** Where it begins in the chunk. */
  readonly at: number;
}

/**
 * Packs messages. Those of one fetch lie one after the other in its answer, so that a whole batch is copied as one span
 * instead of key by key and value by value.
 */
export function packMessages(partition: number, messages: readonly KafkaMessage[]): MessageChunk {
  const count = messages.length;
  const offsets = new Float64Array(count);
  const times = new Float64Array(count);
  const places = new Int32Array(count * 4);
  const spans: Span[] = [];
  let span: Span | undefined;
  let unreadable: Map<number, string> | undefined;

  const place = (buffer: ArrayBufferLike, start: number, length: number, at: number) => {
    places[at + 1] = length;
    if (length < 0) return;
    if (span?.buffer !== buffer || start < span.end || start > span.end + closeBytes) {
      const begin: number = span === undefined ? 0 : span.at + span.end - span.start;
      spans.push((span = { buffer, start, end: start, at: begin }));
    }
    span.end = start + length;
    places[at] = span.at + start - span.start;
  };
  const placeBuffer = (part: Buffer | null, at: number) => {
    if (part === null) places[at + 1] = -1;
    else place(part.buffer, part.byteOffset, part.length, at);
  };

  for (let index = 0; index < count; index++) {
    const message = messages[index];
    if (message === undefined) break;
    offsets[index] = offsetOf(message);
    if (message instanceof RecordView) {
      const { buffer, byteOffset } = message.bytes;
      times[index] = message.time;
      place(buffer, byteOffset + message.keyStart, message.keyLength, index * 4);
      place(buffer, byteOffset + message.valueStart, message.valueLength, index * 4 + 2);
    } else {
      if (message instanceof UnreadableRecord) (unreadable ??= new Map()).set(index, message.reason);
      times[index] = Number(message.timestamp);
      placeBuffer(message.key, index * 4);
      placeBuffer(message.value, index * 4 + 2);
    }
  }

  const bytes = new Uint8Array(span === undefined ? 0 : span.at + span.end - span.start);
  for (const { buffer, start, end, at } of spans) bytes.set(new Uint8Array(buffer, start, end - start), at);
  return { partition, count, offsets, times, places, bytes, ...(unreadable !== undefined && { unreadable }) };
}

/** What a thread hands over to another together with a chunk. */
export function transferables({ offsets, times, places, bytes }: MessageChunk): ArrayBuffer[] {
  return [offsets, times, places, bytes].map((array) => array.buffer as ArrayBuffer);
}
