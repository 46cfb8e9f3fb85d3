import { TooOldBroker } from "../any-broker";
import { kafkaReason, protocolErrorOf } from "../errors";
import { outcomeOfType } from "./outcome";

/** What to throw for an error that no repetition can heal; undefined for others. */
export function hopelessError(topic: string, error: unknown): Error | undefined {
  const isHopeless = error instanceof TooOldBroker || outcomeOfType(protocolErrorOf(error)) === "hopeless";
  return isHopeless ? new Error(`topic "${topic}": ${kafkaReason(error)}`, { cause: error }) : undefined;
}
