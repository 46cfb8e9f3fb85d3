import { kafkaReason } from "../transport/errors";
import { errorTypeOf, type ProtocolStatus, refusalOf } from "../requests/refusal";

/** What came of a request to create a topic. */
export type CreateOutcome =
  | { readonly kind: "created" }
  | { readonly kind: "existed" }
  | {
      readonly kind: "refused";
      /** In the broker's own words, with Kafka's name of the error. */
      readonly reason: string;
      /** Another attempt may succeed. */
      readonly retriable: boolean;
    };

/** Reads what a broker says of one topic; that it exists is an outcome like any other. */
export function createOutcomeOf(status: ProtocolStatus): CreateOutcome {
  if (status.errorCode === 0) return { kind: "created" };
  if (errorTypeOf(status.errorCode) === "TOPIC_ALREADY_EXISTS") return { kind: "existed" };
  const refusal = refusalOf(status);
  return { kind: "refused", reason: kafkaReason(refusal), retriable: refusal.retriable };
}
