import type { Condition, ReconciliationTotals } from "../../../../../../contract/frames/frames";
import type { Verdict } from "../../../../../../contract/frames/verdict";
import { formatCount, formatShare } from "../format";
import { ConditionMark } from "./condition-mark";

interface Step {
  readonly label: string;
  readonly hook: string;
  readonly count: number;
  /** Explains the difference to the step before. */
  readonly note?: string;
}

const counted = (count: number, text: string) => (count > 0 ? `${formatCount(count)} ${text}` : undefined);

/** The counts of all messages at each step from the devices to the table. */
export function DeliveryFlow({ totals }: { readonly totals: ReconciliationTotals }) {
  return (
    <div class="flow">
      <ol class="flow-steps">
        {stepsOf(totals).map(({ label, hook, count, note }) => (
          <li key={hook} class="flow-step">
            <span class="flow-label">{label}</span>
            <b class="flow-count" data-testid={hook}>
              {formatCount(count)}
            </b>
            <span class="flow-note">{note}</span>
          </li>
        ))}
      </ol>
      <Progress label="Topics read" share={totals.topicsRead} />
      <Progress label="Table read" share={totals.tableRead} />
    </div>
  );
}

function stepsOf(totals: ReconciliationTotals): Step[] {
  const { produced, acknowledged, dropped, inTopic, inTable, deadLetters } = totals;
  const notes = (...all: readonly (string | undefined)[]) => {
    const shown = all.filter((note) => note !== undefined);
    return shown.length === 0 ? {} : { note: shown.join(", ") };
  };
  return [
    {
      label: "Produced",
      hook: "total-produced",
      count: produced,
      ...notes(
        counted(totals.declaredLosses, "declared losses"),
        counted(totals.declaredDuplicates, "declared duplicates"),
      ),
    },
    {
      label: "Acknowledged",
      hook: "total-acknowledged",
      count: acknowledged,
      ...notes(counted(dropped, "dropped"), counted(produced - acknowledged - dropped, "waiting")),
    },
    { label: "In topics", hook: "total-in-topic", count: inTopic },
    {
      label: "In the table",
      hook: "total-in-table",
      count: inTable,
      ...notes(
        counted(inTopic - inTable - deadLetters, "on their way"),
        counted(inTable + deadLetters - inTopic, "no longer in the topics"),
      ),
    },
    { label: "Dead letters", hook: "total-dead-letters", count: deadLetters },
  ];
}

/** How much of the past was read; nothing once all of it was. */
function Progress({ label, share }: { readonly label: string; readonly share: number }) {
  if (share >= 1) return null;
  return (
    <label class="progress">
      {label}
      <progress max={1} value={share} />
      {formatShare(share)}
    </label>
  );
}

const conditions: Readonly<Record<Verdict["level"], Condition>> = {
  good: "healthy",
  bad: "unreachable",
  unproved: "sick",
  busy: "unknown",
  none: "unknown",
};

/** The result of the reconciliation. */
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
