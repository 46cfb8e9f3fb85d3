import type { Condition } from "../../../../../../contract/frames/frames";
import type { Verdict } from "../../../../../../contract/frames/verdict";
import { ConditionMark } from "./condition-mark";

const conditions: Readonly<Record<Verdict["level"], Condition>> = {
  good: "healthy",
  bad: "unreachable",
  unproved: "sick",
  busy: "unknown",
  none: "unknown",
};

/** What conservation comes to. */
export function VerdictLine({ verdict: { level, text, detail } }: { readonly verdict: Verdict }) {
  return (
    <div class={`verdict verdict-${level}`}>
      <p role="status" data-testid="verdict" data-level={level}>
        <ConditionMark condition={conditions[level]} label={false} /> {text}
      </p>
      {detail !== undefined && <p class="faint">{detail}</p>}
    </div>
  );
}
