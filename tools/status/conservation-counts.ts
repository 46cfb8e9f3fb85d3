import type { ConservationTotals } from "../../apps/consumers/dashboard/contract/frames";
import { showCount, showCounted } from "../plan/units";

/** Where the messages are that it has read. */
export function conservationCounts({ inTopic, inTable, deadLetters }: ConservationTotals): string {
  const onTheWay = inTopic - inTable - deadLetters;
  const parts = [
    showCounted(inTable, "row"),
    showCounted(deadLetters, "dead letter"),
    ...(onTheWay > 0 ? [`${showCount(onTheWay)} on the way`] : []),
  ];
  return `${showCounted(inTopic, "message")}: ${parts.join(", ")}`;
}
