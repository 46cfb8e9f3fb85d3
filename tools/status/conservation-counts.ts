import type { ConservationTotals } from "../../contract/frames/frames";
import { showCount, showCounted } from "../plan/units";

/** Where the messages are that it has read, and how many rows and dead letters are of messages that the topics do not have any more. */
export function conservationCounts({ inTopic, inTable, deadLetters }: ConservationTotals): string {
  const onTheWay = inTopic - inTable - deadLetters;
  const gone = -onTheWay;
  const parts = [
    showCounted(inTable, "row"),
    showCounted(deadLetters, "dead letter"),
    ...(onTheWay > 0 ? [`${showCount(onTheWay)} on the way`] : []),
    // Of removed devices, say, or removed by retention.
    ...(gone > 0 ? [`${showCount(gone)} no longer in topics`] : []),
  ];
  return `${showCounted(inTopic, "message")}: ${parts.join(", ")}`;
}
