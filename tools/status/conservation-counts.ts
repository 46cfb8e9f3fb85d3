import type { ConservationTotals } from "../../apps/consumers/dashboard/contract/frames";
import { showCount } from "../plan/units";

/** Where the messages are that it has read. */
export function conservationCounts({ inTopic, inTable, deadLetters }: ConservationTotals): string {
  const onTheWay = inTopic - inTable - deadLetters;
  const parts = [
    `${showCount(inTable)} rows`,
    `${showCount(deadLetters)} dead letters`,
    ...(onTheWay > 0 ? [`${showCount(onTheWay)} on the way`] : []),
  ];
  return `${showCount(inTopic)} messages: ${parts.join(", ")}`;
}
