import { ConditionMark } from "../parts/condition-mark";
import type { Alarm } from "./alarms";

const most = 6;

/** What is wrong now. It is always there, so that what comes into it is read out. */
export function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  return (
    <div class="alarms" role="alert" aria-atomic="false" data-testid="alarms">
      {alarms.slice(0, most).map(({ id, level, text, link }) => (
        <p key={id} class={`alarm alarm-${level}`} data-alarm={id}>
          <ConditionMark condition={level === "bad" ? "unreachable" : "sick"} label={false} />
          {link === undefined ? <span>{text}</span> : <a href={link}>{text}</a>}
        </p>
      ))}
      {alarms.length > most && <p class="alarm alarm-more">and {alarms.length - most} more</p>}
    </div>
  );
}
