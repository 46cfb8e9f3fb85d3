import { useState } from "preact/hooks";
import { ConditionMark } from "../parts/condition-mark";
import type { Alarm } from "./alarms";

/** Where there is little room alarms are not to hide what they are about. */
const most = matchMedia("(width < 620px)").matches ? 2 : 6;

/** What is wrong now. It is always there, so that what comes into it is read out. */
export function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? alarms : alarms.slice(0, most);
  return (
    <div class="alarms" role="alert" aria-atomic="false" data-testid="alarms">
      {shown.map(({ id, level, text, link }) => (
        <p key={id} class={`alarm alarm-${level}`} data-alarm={id}>
          <ConditionMark condition={level === "bad" ? "unreachable" : "sick"} label={false} />
          {link === undefined ? <span>{text}</span> : <a href={link}>{text}</a>}
        </p>
      ))}
      {alarms.length > most && (
        <button
          type="button"
          class="quiet alarm-more"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Show fewer" : `and ${alarms.length - most} more`}
        </button>
      )}
    </div>
  );
}
