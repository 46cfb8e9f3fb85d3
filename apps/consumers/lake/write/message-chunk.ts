import { type KafkaMessage, offsetOf, RecordView, UnreadableRecord } from "../../../shared/kafka";

/** Messages of one partition, packed so that they move to another thread without being copied again. */
export interface MessageChunk {
  /** The partition's index in the list of the writer. */
  readonly partition: number;
  readonly count: number;
  /** Kafka's offset of each message. */
  readonly offsets: Float64Array;
  /** Kafka's timestamp of each message, in milliseconds since 1970. */
  readonly times: Float64Array;
  /** Four numbers for each message: start and length of its key in `bytes`, then of its value; the length -1 means null. */
  readonly places: Int32Array;
  readonly bytes: Uint8Array;
  /** By index: why the batch of a message cannot be read; undefined if all can be read. */
  readonly unreadable?: ReadonlyMap<number, string>;
}

/** Parts of one buffer with smaller gaps are copied together. */
const closeBytes = 1024;

interface Span {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  end: number;
  /** Where it starts in the chunk. */
  readonly at: number;
}

/**
 * Packs messages. Those of one fetch are adjacent in its response, so that a whole batch is copied as one span instead of key by key and
 * value by value.
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

/** The buffers that move to another thread with a chunk. */
export function transferables({ offsets, times, places, bytes }: MessageChunk): ArrayBuffer[] {
  return [offsets, times, places, bytes].map((array) => array.buffer as ArrayBuffer);
}
