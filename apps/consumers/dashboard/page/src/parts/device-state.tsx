import { useCell } from "../cell";
import type { DeviceCurves } from "../curves/device-curves";
import { useDashboard } from "../dashboard";
import { formatDuration, formatRate } from "../format";
import { ConditionMark } from "./condition-mark";

/** How a device does. */
export function DeviceMark({ device }: { readonly device: DeviceCurves }) {
  return <ConditionMark condition={useCell(device.state).condition} />;
}

/** From this age on it is said how old a device's newest observation is: its curves may be of another day. */
const oldMs = 60_000;

/** What a device sends a second, and how long it has been silent. */
export function DeviceRate({ device }: { readonly device: DeviceCurves }) {
  // A new one comes each second, so that the age goes on.
  const { messagesPerSecond } = useCell(device.state);
  const ageMs = useDashboard().nowMs - device.newestMs;
  return (
    <span class="rate" title="Messages a second">
      {Number.isFinite(ageMs) && ageMs >= oldMs && (
        <span data-testid="age">newest {formatDuration(ageMs)} ago · </span>
      )}
      {formatRate(messagesPerSecond)}/s
    </span>
  );
}
