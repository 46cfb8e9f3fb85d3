import { ProtocolReader } from "./reader";
import { ProtocolWriter } from "./writer";

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
    decode(payload: Buffer): Promise<DecodedAnswer<Answer>>;
    parse(decoded: DecodedAnswer<Answer>): Promise<Answer>;
  };
}

/** An answer as kafkajs looks at it before it is parsed. */
export interface DecodedAnswer<Answer> {
  readonly answer: Answer;
  /** How long the broker wants no more requests; kafkajs looks for it whatever the answer. */
  readonly clientSideThrottleTime: number;
}

/** A request as its schema describes it (Kafka's `common/message/*.json`), of a flexible version. */
export interface ExchangeSchema<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** Writes the body, from its first field on; the tags at its end included. */
  readonly write: (writer: ProtocolWriter) => void;
  /** Reads the body, from its first field on; what stands after the fields that matter may stay unread. */
  readonly read: (reader: ProtocolReader) => Answer;
}

/** Makes the form that kafkajs sends. It writes and reads the headers of older versions, without the tags that these have. */
export function exchangeOf<Answer>(schema: ExchangeSchema<Answer>): ProtocolExchange<Answer> {
  const { apiKey, apiVersion, apiName } = schema;
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: () => {
        const writer = new ProtocolWriter().noTags();
        schema.write(writer);
        const bytes = writer.written();
        return Promise.resolve({ buf: bytes, buffer: bytes });
      },
    },
    response: {
      decode: (payload) => {
        const reader = new ProtocolReader(payload);
        reader.skipTags();
        return Promise.resolve({ answer: schema.read(reader), clientSideThrottleTime: 0 });
      },
      parse: ({ answer }) => Promise.resolve(answer),
    },
  };
}
