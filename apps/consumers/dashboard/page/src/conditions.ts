import type { Condition } from "../../../../../contract/frames/frames";

/** The words for a condition, after a name. */
export const conditionWords: Readonly<Record<Condition, string>> = {
  healthy: "healthy",
  sick: "unhealthy",
  unreachable: "cannot be reached",
  unknown: "not checked yet",
};

const order: readonly Condition[] = ["healthy", "unknown", "sick", "unreachable"];

/** The worst of several conditions; `unknown` of none. */
export function worstOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return "unknown";
  return conditions.reduce((worst, one) => (order.indexOf(one) > order.indexOf(worst) ? one : worst));
}
