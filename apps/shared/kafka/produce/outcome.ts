import { errorTypeOf } from "../requests/refusal";

/** What an answer means for a batch that was sent: that it stands in the log, or what is to be done. */
export type Outcome = "written" | "producer forgotten" | "fatal" | "repeat";

const outcomes: Readonly<Record<string, Outcome>> = {
  // The broker has this batch already: an earlier attempt was written, and its answer lost.
  DUPLICATE_SEQUENCE_NUMBER: "written",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "producer forgotten",
  UNKNOWN_PRODUCER_ID: "producer forgotten",
  INVALID_PRODUCER_EPOCH: "producer forgotten",
  INVALID_PRODUCER_ID_MAPPING: "producer forgotten",
  MESSAGE_TOO_LARGE: "fatal",
  RECORD_LIST_TOO_LARGE: "fatal",
  INVALID_RECORD: "fatal",
  INVALID_TIMESTAMP: "fatal",
  INVALID_TOPIC_EXCEPTION: "fatal",
  UNSUPPORTED_FOR_MESSAGE_FORMAT: "fatal",
  UNSUPPORTED_COMPRESSION_TYPE: "fatal",
  UNSUPPORTED_VERSION: "fatal",
  TOPIC_AUTHORIZATION_FAILED: "fatal",
  CLUSTER_AUTHORIZATION_FAILED: "fatal",
};

/** After these the batch is certainly not in the log; after any other error it may be. */
const refusedBeforehand = new Set(["NOT_ENOUGH_REPLICAS", "CORRUPT_MESSAGE", "UNKNOWN_TOPIC_OR_PARTITION"]);

/** @param errorCode of a partition in the answer to Produce; @returns what it means */
export function outcomeOf(errorCode: number): Outcome {
  return errorCode === 0 ? "written" : outcomeOfType(errorTypeOf(errorCode));
}

/** The same by Kafka's name of the error; undefined where there was no answer. */
export function outcomeOfType(type: string | undefined): Outcome {
  return outcomes[type ?? ""] ?? "repeat";
}

/** Whether a batch may have been written although the answer was this error. */
export function mayBeWritten(errorCode: number): boolean {
  return !refusedBeforehand.has(errorTypeOf(errorCode));
}
