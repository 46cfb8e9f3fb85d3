import { useCell } from "../cell";
import type { DeviceCurves } from "../curves/device-curves";
import { formatRate } from "../format";
import { ConditionMark } from "./condition-mark";

/** How a device does. */
export function DeviceMark({ device }: { readonly device: DeviceCurves }) {
  return <ConditionMark condition={useCell(device.state).condition} />;
}

/** What a device sends a second. */
export function DeviceRate({ device }: { readonly device: DeviceCurves }) {
  const { messagesPerSecond } = useCell(device.state);
  return (
    <span class="rate" title="Messages a second">
      {formatRate(messagesPerSecond)}/s
    </span>
  );
}
