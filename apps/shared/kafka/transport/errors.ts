import * as kafkajs from "kafkajs";
import { messageOf } from "../../text";
import type { ProtocolStatus } from "../requests/exchange";
import { type ProtocolErrorEntry, protocolErrors } from "./kafkajs-internals";

/**
 * Codes of failures that no broker has reported:
 * - `CONNECTION_FAILED`: a connection could not be made, or was lost; what was asked may have been done
 * - `CLIENT_FAILED`: the client could not carry out the call, for example because it knows no leader
 */
const clientCodes = ["CONNECTION_FAILED", "CLIENT_FAILED"] as const;
export type KafkaClientCode = (typeof clientCodes)[number];

/** Errors wrap each other; a chain longer than this may be a circle. */
const maxCauses = 10;

/** Whatever went wrong between this process and Kafka: all failures of kafkajs and all errors that brokers report. */
export class KafkaError extends Error {
  override readonly name = "KafkaError";
  /** Whether the same call may succeed later. */
  readonly retriable: boolean;

  /**
   * @param code Kafka's own name of the error, such as `UNKNOWN_TOPIC_OR_PARTITION`, if a broker reported it; or one of
   *   {@link KafkaClientCode}
   */
  constructor(
    readonly code: string,
    message: string,
    { retriable, cause }: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.retriable = retriable ?? (isClientCode(code) || (entriesByType.get(code)?.retriable ?? false));
  }
}

/** A broker does not know a request, because its release is older than the one that the request needs. */
export class TooOldBroker extends Error {
  override readonly name = "TooOldBroker";
}

function isClientCode(code: string): boolean {
  return (clientCodes as readonly string[]).includes(code);
}

/** Whether Kafka, or the way to it, failed rather than our own code. */
export function isFromKafka(error: unknown): error is KafkaError {
  return error instanceof KafkaError;
}

/** Kafka's own name of an error or of its cause, such as `UNKNOWN_TOPIC_OR_PARTITION`; undefined if no broker reported it. */
export function protocolErrorOf(error: unknown): string | undefined {
  const code = kafkaErrorIn(error)?.code;
  return code === undefined || isClientCode(code) ? undefined : code;
}

/** What went wrong, in one line for people. */
export function kafkaReason(error: unknown): string {
  const found = kafkaErrorIn(error);
  if (found === undefined) return messageOf(rootOf(error));
  return isClientCode(found.code) ? found.message : `${found.message} (${found.code})`;
}

/** The error itself or the first of its causes that is Kafka's. */
function kafkaErrorIn(error: unknown): KafkaError | undefined {
  let inner = error;
  for (let depth = 0; depth < maxCauses && inner instanceof Error; depth++, inner = inner.cause)
    if (inner instanceof KafkaError) return inner;
  return undefined;
}

/** Explains the code of a socket error in words. */
export function connectionProblem(message: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return "its name is not known";
  if (/ECONNREFUSED/.test(message)) return "connection refused";
  if (/EHOSTUNREACH|ENETUNREACH/.test(message)) return "no route to it";
  if (/ETIMEDOUT|timeout/i.test(message)) return "no answer";
  if (/ECONNRESET|EPIPE|closed connection|connection was closed|not connected/i.test(message))
    return "connection lost";
  return message.replace(/^Connection error: /, "");
}

const entriesByCode = new Map(protocolErrors.map((entry) => [entry.code, entry]));
const entriesByType = new Map(protocolErrors.map((entry) => [entry.type, entry]));

/** The newer errors that the requests of this layer can meet (org.apache.kafka.common.protocol.Errors). */
const newerTypes: Readonly<Record<number, string>> = {
  89: "THROTTLING_QUOTA_EXCEEDED",
  99: "INVALID_UPDATE_VERSION",
  102: "BROKER_ID_NOT_REGISTERED",
  125: "INVALID_VOTER_KEY",
  126: "DUPLICATE_VOTER",
  127: "VOTER_NOT_FOUND",
};

function entryOf(errorCode: number): ProtocolErrorEntry {
  const unknown = {
    type: newerTypes[errorCode] ?? "UNKNOWN_ERROR_CODE",
    code: errorCode,
    retriable: false,
    message: `Unknown error code ${errorCode}`,
  };
  return entriesByCode.get(errorCode) ?? unknown;
}

/** Kafka's name of an error code, such as `NOT_CONTROLLER`. */
export function errorNameOf(errorCode: number): string {
  return entryOf(errorCode).type;
}

/**
 * The error that a broker reported.
 * @param subject what it concerns, put before the broker's words, or Kafka's where it has none
 */
export function brokerError({ errorCode, errorMessage }: ProtocolStatus, subject?: string): KafkaError {
  const { type, message, retriable } = entryOf(errorCode);
  const words = errorMessage === undefined || errorMessage === "" ? message : errorMessage;
  return new KafkaError(type, subject === undefined ? words : `${subject}: ${words}`, { retriable });
}

/** @throws KafkaError unless the status reports success */
export function throwIfRefused(status: ProtocolStatus): void {
  if (status.errorCode !== 0) throw brokerError(status);
}

/** The error that all wrapping began with. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < maxCauses && root instanceof Error && root.cause instanceof Error; depth++)
    root = root.cause;
  return root;
}

/** Turns an error of kafkajs into a {@link KafkaError}; returns any other error unchanged. */
export function toKafkaError(error: unknown): unknown {
  const isKafkajs = error instanceof kafkajs.KafkaJSError || error instanceof kafkajs.KafkaJSAggregateError;
  if (!isKafkajs) return error;
  const root = rootOf(error);
  const message = messageOf(root).replace(/^Connection error: /, "");
  const retriable = root instanceof kafkajs.KafkaJSError ? root.retriable : true;
  const isProtocol = root instanceof kafkajs.KafkaJSProtocolError && root.type !== "";
  const isConnection = root instanceof kafkajs.KafkaJSConnectionError;
  const code = isProtocol ? root.type : isConnection ? "CONNECTION_FAILED" : "CLIENT_FAILED";
  return new KafkaError(code, message, { retriable, cause: error });
}

/** Likewise of an error on a connection, which may be a socket's, or of an answer that ends too early. */
export function toConnectionError(error: unknown): KafkaError | TooOldBroker {
  const known = toKafkaError(error);
  if (known instanceof KafkaError || known instanceof TooOldBroker) return known;
  return new KafkaError("CONNECTION_FAILED", messageOf(error), { cause: error });
}

/** The error that kafkajs understands, for errors that go back into it: it joins a group again after some of them. */
export function toKafkajsError(error: unknown): unknown {
  if (!(error instanceof KafkaError)) return error;
  const { code, message, retriable, cause } = error;
  if (cause instanceof kafkajs.KafkaJSError || cause instanceof kafkajs.KafkaJSAggregateError) return cause;
  if (isClientCode(code)) return new kafkajs.KafkaJSConnectionError(message);
  const entry = { ...entriesByType.get(code), type: code, message, retriable, name: "", stack: "" };
  return new kafkajs.KafkaJSProtocolError(Object.assign(new Error(message), entry));
}

/** An object of kafkajs that throws and rejects with {@link KafkaError}s. */
export function throwingKafkaErrors<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(of, property): unknown {
      const value: unknown = Reflect.get(of, property);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]): unknown => {
        try {
          const result: unknown = Reflect.apply(value, of, parameters);
          if (!(result instanceof Promise)) return result;
          return result.catch((error: unknown) => {
            throw toKafkaError(error);
          });
        } catch (error) {
          throw toKafkaError(error);
        }
      };
    },
  });
}

/** What became of one partition of a request about several. */
export interface PartitionRefusal {
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  /** What went wrong, in one line for people. */
  readonly reason: string;
}

/** The partitions for which brokers refused a request; undefined if the error is another one. */
export function partitionRefusalsIn(error: unknown): readonly PartitionRefusal[] | undefined {
  const cause = error instanceof KafkaError ? error.cause : undefined;
  if (!(cause instanceof kafkajs.KafkaJSAggregateError)) return undefined;
  return cause.errors.map((refusal) => {
    const { topic, partition } = refusal as Partial<kafkajs.KafkaJSAlterPartitionReassignmentsError>;
    return { topic, partition, reason: kafkaReason(toKafkaError(refusal)) };
  });
}
