import { TooOldBroker } from "../transport/any-broker";
import { kafkaReason, protocolErrorOf } from "../transport/errors";
import { outcomeOfType } from "./outcome";

/** What to throw for an error that no repetition can heal; undefined for others. */
export function fatalError(topic: string, error: unknown): Error | undefined {
  const isFatal = error instanceof TooOldBroker || outcomeOfType(protocolErrorOf(error)) === "fatal";
  return isFatal ? new Error(`topic "${topic}": ${kafkaReason(error)}`, { cause: error }) : undefined;
}
