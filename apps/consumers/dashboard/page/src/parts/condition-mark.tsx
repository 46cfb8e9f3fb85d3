import type { Condition } from "../../../../../../contract/frames/frames";
import { conditionWords } from "../conditions";

/** Each condition has its own shape, because not everybody can tell colours apart. */
const shapes: Readonly<Record<Condition, { outline: string; sign: string }>> = {
  healthy: { outline: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z", sign: "m5 8.3 2.2 2.2L11.2 6" },
  sick: { outline: "M8 1.2 15.4 14.4H.6Z", sign: "M8 6v4M8 12v.2" },
  unreachable: { outline: "M1.5 1.5h13v13h-13Z", sign: "m5.2 5.2 5.6 5.6M10.8 5.2l-5.6 5.6" },
  unknown: { outline: "M8 1.4 14.6 8 8 14.6 1.4 8Z", sign: "M5.6 8h4.8" },
};

/** The condition of something, as an icon. @param label its text for screen readers; false if a text beside it says the same */
export function ConditionMark({
  condition,
  label,
}: {
  readonly condition: Condition;
  readonly label?: string | false;
}) {
  const { outline, sign } = shapes[condition];
  const description =
    label === false
      ? { "aria-hidden": true }
      : { role: "img" as const, "aria-label": label ?? conditionWords[condition] };
  return (
    <svg class={`mark mark-${condition}`} viewBox="0 0 16 16" width="14" height="14" {...description}>
      <path class="mark-outline" d={outline} />
      <path class="mark-sign" d={sign} />
    </svg>
  );
}
