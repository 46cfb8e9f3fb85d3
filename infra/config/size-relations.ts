import { messageBytesBounds } from "../../apps/shared/contract/device";
import type { Problem } from "../../apps/shared/contract/problems";
import { valueBytes } from "../plan/message-size";
import { deviceField } from "./device-paths";
import type { DeviceSpec } from "./spec";

/** Linux takes 131,072 bytes for one variable (MAX_ARG_STRLEN), its name and the end included; a path in a container is longer. */
const mostVariableBytes = 120_000;

/** What is too long for a container's environment or for a message. */
export function lengthProblems(
  devices: readonly DeviceSpec[],
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  return devices.flatMap((device, index) => [
    ...variableProblems(device, index, raw),
    ...messageProblems(device, index, raw),
  ]);
}

function variableProblems(
  device: DeviceSpec,
  index: number,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  return (["sensors", "faults", "tags"] as const).flatMap((field): Problem[] => {
    const bytes = Buffer.byteLength(JSON.stringify(device[field]));
    if (bytes <= mostVariableBytes) return [];
    const remedy =
      `shorten it: containers are told of it in one variable, which would have ${bytes} bytes and can have ${mostVariableBytes}; ` +
      "split it over several devices";
    return [{ ...deviceField(raw, index, field), remedy }];
  });
}

function messageProblems(
  device: DeviceSpec,
  index: number,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  const bytes = Math.max(...device.sensors.map((sensor) => valueBytes(device, sensor)));
  if (bytes <= messageBytesBounds.maximum) return [];
  const remedy = `shorten them: messages would have ${bytes} bytes, and can have ${messageBytesBounds.maximum}`;
  return [{ ...deviceField(raw, index, "tags"), remedy }];
}
