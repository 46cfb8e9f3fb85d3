import type { Problem } from "../../contract/problems";
import { longestHistoryMs } from "./simulation";
import type { BackfillSpec } from "./simulation";

/** A history that has not begun yet, or is longer than can be. */
export function historyProblems(
  backfill: BackfillSpec | undefined,
  raw: Readonly<Record<string, unknown>>,
  nowMs: number,
): Problem[] {
  if (backfill === undefined || !("fromMs" in backfill)) return [];
  const at = (timeMs: number) => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  const tell = (remedy: string) => [{ path: "backfill", found: raw["backfill"], remedy }];
  if (backfill.fromMs >= nowMs) return tell(`write a time in the past; now it is ${at(nowMs)}`);
  const earliestMs = nowMs - longestHistoryMs;
  if (backfill.fromMs < earliestMs)
    return tell(`write a time of the last ten years, from ${at(earliestMs)} on`);
  return [];
}
