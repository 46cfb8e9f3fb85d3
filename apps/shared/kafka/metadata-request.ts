/** What brokers say of one topic. */
export interface TopicDescription {
  /** Kafka's code of what is wrong with the topic; 0 for nothing. */
  readonly errorCode: number;
  readonly name: string;
  /** As Kafka's tools show it; undefined where the cluster has not given it one. */
  readonly topicId: string | undefined;
}

/** What brokers say of a cluster and of some of its topics. */
export interface ClusterDescription {
  readonly clusterId: string | undefined;
  readonly topics: readonly TopicDescription[];
}

/** A request of Kafka's protocol in the form in which kafkajs sends one and reads the answer. */
export interface ProtocolExchange<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    /** kafkajs asks for its own encoder, of which it reads these two. */
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<Answer>;
    readonly parse: (answer: Answer) => Promise<Answer>;
  };
}

export const metadataApiKey = 3;
/** The version that brokers know since Kafka 2.8; topics have ids since then (KIP-516). */
export const metadataVersion = 11;

/** Asks for the ids of the cluster and of topics; kafkajs itself speaks no version of the request that has topic ids. */
export function metadataExchange(topics: readonly string[]): ProtocolExchange<ClusterDescription> {
  return {
    request: {
      apiKey: metadataApiKey,
      apiVersion: metadataVersion,
      apiName: "Metadata",
      encode: () => {
        const bytes = encodeMetadataRequest(topics);
        return Promise.resolve({ buf: bytes, buffer: bytes });
      },
    },
    response: {
      decode: (payload) => Promise.resolve(decodeMetadataResponse(payload)),
      parse: (answer) => Promise.resolve(answer),
    },
  };
}

const no = 0;
const noTags = Buffer.of(0);
const topicIdBytes = 16;

/**
 * Metadata Request (Version: 11) => [topics] allow_auto_topic_creation include_topic_authorized_operations TAG_BUFFER
 *   topics => topic_id name TAG_BUFFER
 *
 * It begins with the tags of the request's header, which kafkajs, writing the header of older versions, leaves out.
 */
export function encodeMetadataRequest(topics: readonly string[]): Buffer {
  return Buffer.concat([
    noTags,
    unsignedVarint(topics.length + 1),
    ...topics.flatMap((topic) => [Buffer.alloc(topicIdBytes), compactString(topic), noTags]),
    Buffer.of(no, no),
    noTags,
  ]);
}

/**
 * Metadata Response (Version: 11) => throttle_time_ms [brokers] cluster_id controller_id [topics] TAG_BUFFER
 *   brokers => node_id host port rack TAG_BUFFER
 *   topics => error_code name topic_id is_internal [partitions] topic_authorized_operations TAG_BUFFER
 *     partitions => error_code partition_index leader_id leader_epoch [replica_nodes] [isr_nodes] [offline_replicas] TAG_BUFFER
 *
 * It begins with the tags of the response's header, which kafkajs leaves unread.
 * @throws Error if the bytes are not such a response.
 */
export function decodeMetadataResponse(payload: Buffer): ClusterDescription {
  const reader = new FlexibleReader(payload);
  reader.skipTags();
  reader.skip(4);
  reader.array(() => {
    reader.skip(4);
    reader.string();
    reader.skip(4);
    reader.string();
    reader.skipTags();
  });
  const clusterId = reader.string();
  reader.skip(4);
  const topics = reader.array(() => {
    const errorCode = reader.int16();
    const name = reader.string() ?? "";
    const topicId = showTopicId(reader.bytes(topicIdBytes));
    reader.skip(1);
    reader.array(() => skipPartition(reader));
    reader.skip(4);
    reader.skipTags();
    return { errorCode, name, topicId };
  });
  reader.skipTags();
  return { clusterId, topics };
}

function skipPartition(reader: FlexibleReader): void {
  reader.skip(2 + 4 + 4 + 4);
  for (let list = 0; list < 3; list++) reader.array(() => reader.skip(4));
  reader.skipTags();
}

/** Kafka shows ids as Base64 for URLs, without padding; all zeros stand for none. */
function showTopicId(id: Buffer): string | undefined {
  return id.every((byte) => byte === 0) ? undefined : id.toString("base64url");
}

function compactString(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([unsignedVarint(bytes.length + 1), bytes]);
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Reads the types of Kafka's flexible versions (KIP-482) one after the other. */
class FlexibleReader {
  private at = 0;

  constructor(private readonly payload: Buffer) {}

  bytes(length: number): Buffer {
    if (length < 0 || this.at + length > this.payload.length) {
      throw new Error(`a broker's description of topics ends too early, at byte ${this.payload.length}`);
    }
    this.at += length;
    return this.payload.subarray(this.at - length, this.at);
  }

  skip(length: number): void {
    this.bytes(length);
  }

  int16(): number {
    return this.bytes(2).readInt16BE();
  }

  /** Lengths are at most 2^31 - 1, which is five bytes. */
  private unsignedVarint(): number {
    let value = 0;
    for (let place = 0; place < 5; place++) {
      const byte = this.bytes(1).readUInt8();
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw new Error(
      `a broker's description of topics holds a length of more than five bytes before byte ${this.at}`,
    );
  }

  /** The length is stored plus one, so that 0 stands for null. */
  string(): string | undefined {
    const stored = this.unsignedVarint();
    return stored === 0 ? undefined : this.bytes(stored - 1).toString("utf8");
  }

  array<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    for (let rest = this.unsignedVarint(); rest > 1; rest--) items.push(item());
    return items;
  }

  skipTags(): void {
    for (let rest = this.unsignedVarint(); rest > 0; rest--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }
}
