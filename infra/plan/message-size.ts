import { messageKey, type Observation } from "../../contract/observation";
import type { SensorSettings } from "../../contract/sensor";
import type { DeviceSpec } from "../config/spec";
import { longestDeviceName } from "./groups";

/** What of a device or group decides how long its messages are. */
export type MessageSizeSpec = Pick<DeviceSpec, "name" | "group" | "tags" | "messageBytes">;

/** The bytes of an observation's value, that of a sensor that has run for days. */
export function valueBytes(device: MessageSizeSpec, sensor: SensorSettings): number {
  const label = labelOf(sensor);
  const observation: Observation = {
    device: longestDeviceName(device),
    sensor: sensor.name,
    boot: 1_795_392_000_000,
    seq: 500_000,
    timestamp: "2026-11-23T00:00:00.000Z",
    value: typicalValue(sensor),
    ...(label !== undefined && { label }),
    ...(sensor.unit !== undefined && { unit: sensor.unit }),
    ...device.tags,
  };
  return Math.max(device.messageBytes, Buffer.byteLength(JSON.stringify(observation)));
}

/** The bytes of its key. */
export function keyBytes(device: MessageSizeSpec, sensor: SensorSettings, sharesTopic: boolean): number {
  return Buffer.byteLength(messageKey(longestDeviceName(device), sensor.name, sharesTopic));
}

/** A value as long as most are: all the digits that a number has, or three and the decimals that it is rounded to. */
function typicalValue({ precision }: SensorSettings): number {
  return precision === undefined ? 0.1234567890123456 : Number((123.1111111111).toFixed(precision));
}

function labelOf({ model }: SensorSettings): string | undefined {
  if (model.type === "states") return model.states[0]?.name;
  return model.type === "choice" ? model.values.find(({ label }) => label !== undefined)?.label : undefined;
}
