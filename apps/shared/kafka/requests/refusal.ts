import { KafkaJSProtocolError } from "kafkajs";

/** What a broker says of one thing that it was asked to do. */
export interface ProtocolStatus {
  /** Kafka's code of what is wrong; 0 for nothing. */
  readonly errorCode: number;
  /** The broker's own words. */
  readonly errorMessage: string | undefined;
}

// kafkajs has Kafka's errors up to 88, and leaves them out of its types.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { createErrorFromCode } = require("kafkajs/src/protocol/error") as {
  createErrorFromCode: (code: number) => {
    type: string;
    code: number;
    message: string;
    retriable: boolean;
  };
};

/** Those beyond, as far as the requests here can meet them (org.apache.kafka.common.protocol.Errors). */
const laterTypes: Readonly<Record<number, string>> = {
  89: "THROTTLING_QUOTA_EXCEEDED",
  99: "INVALID_UPDATE_VERSION",
  102: "BROKER_ID_NOT_REGISTERED",
  125: "INVALID_VOTER_KEY",
  126: "DUPLICATE_VOTER",
  127: "VOTER_NOT_FOUND",
};

/** Kafka's name of an error, such as `NOT_CONTROLLER`. */
export function errorTypeOf(errorCode: number): string {
  return laterTypes[errorCode] ?? createErrorFromCode(errorCode).type;
}

/** The error for what a broker refused, as kafkajs throws it, in the broker's own words if it has any, with what it was about. */
export function refusalOf(
  { errorCode, errorMessage }: ProtocolStatus,
  subject?: string,
): KafkaJSProtocolError {
  const known = createErrorFromCode(errorCode);
  const words = errorMessage === undefined || errorMessage === "" ? known.message : errorMessage;
  const message = subject === undefined ? words : `${subject}: ${words}`;
  return new KafkaJSProtocolError(
    Object.assign(new Error(message), { ...known, message, type: errorTypeOf(errorCode) }),
  );
}

/** @throws KafkaJSProtocolError unless all is well. */
export function throwRefusal(status: ProtocolStatus): void {
  if (status.errorCode !== 0) throw refusalOf(status);
}
