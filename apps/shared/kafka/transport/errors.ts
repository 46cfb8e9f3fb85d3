import { messageOf } from "../../text";

interface KafkaErrorShape {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

function isKafkaError(error: unknown): error is KafkaErrorShape {
  return error instanceof Error && error.name.startsWith("KafkaJS");
}

/** Whether the error came from the Kafka client rather than from our own code. */
export function isFromKafka(error: unknown): boolean {
  return isKafkaError(error);
}

/** The error that all wrapping began with. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 10 && root instanceof Error && root.cause instanceof Error; depth++) {
    root = root.cause;
  }
  return root;
}

/** Kafka's own name of what went wrong, such as `UNKNOWN_TOPIC_OR_PARTITION`, if a broker said so. */
export function protocolErrorOf(error: unknown): string | undefined {
  const root = rootOf(error);
  return isKafkaError(root) ? root.type : undefined;
}

/** What went wrong, in one line for people. */
export function kafkaReason(error: unknown): string {
  const type = protocolErrorOf(error);
  const message = messageOf(rootOf(error)).replace(/^Connection error: /, "");
  return type === undefined || type === "" ? message : `${message} (${type})`;
}
