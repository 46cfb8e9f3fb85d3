import type { ConservationTotals } from "../../apps/consumers/dashboard/contract/frames";
import { showCount } from "../plan/units";

/** What the dashboard's count of messages comes to, in short. */
export function conservationVerdict(totals: ConservationTotals): string {
  const { missing, repeated, topicsRead, tableRead, tableProblem, inTopic } = totals;
  if (missing + repeated > 0) return `${showCount(missing)} missing, ${showCount(repeated)} repeated`;
  const read = Math.min(topicsRead, tableProblem === undefined ? tableRead : 1);
  if (read < 1) return `still reading what was there before: ${Math.floor(read * 100)} %`;
  if (tableProblem !== undefined) return "topics have everything; the table cannot be compared";
  return inTopic === 0 ? "nothing has been sent yet" : "nothing is missing or repeated";
}

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
