import type { z } from "zod";
import { messageBytesBounds } from "../../contract/environment/device";
import type { Problem } from "../../contract/problems";
import { valueBytes } from "../model/traffic";
import { topicsRead } from "../model/consumer-reads";
import { longestStackName, topicInitServiceName } from "../model/names";
import { planStackMap } from "../model/stack-map";
import { deviceField } from "./device-paths";
import type { StackConfig } from "./schema";
import type { DeviceSpec } from "../model/spec";

/** Linux takes 131,072 bytes for one variable (MAX_ARG_STRLEN), its name and the end included; a path in a container is longer. */
const maxVariableBytes = 120_000;

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

/** The keys that decide what consumers are told, as far as they could be read. */
type ReaderKeys = Partial<
  Pick<z.output<typeof StackConfig>, "consumers" | "brokers" | "coordination" | "zookeepers">
> & { readonly devices: readonly DeviceSpec[] | undefined };

/** Devices with too long names to tell a container of all of them in one variable: of their topics, or of the whole stack. */
export function namesLengthProblems(
  { devices, consumers = [], brokers = 1, coordination = "zookeeper", zookeepers = 1 }: ReaderKeys,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  if (devices === undefined) return [];
  const stack = {
    stack: "x".repeat(longestStackName),
    devices,
    consumers,
    brokers,
    coordination,
    zookeepers,
  };
  const told = [
    { name: topicInitServiceName, value: topicsRead({}, devices) },
    ...consumers
      .filter(({ type }) => type === "dashboard")
      .map((consumer) => ({ name: consumer.name, value: planStackMap(stack, consumer) })),
  ].map(({ name, value }) => ({ name, bytes: JSON.stringify(value).length }));
  const [most] = told.sort((one, other) => other.bytes - one.bytes);
  if (most === undefined || most.bytes <= maxVariableBytes) return [];
  const remedy =
    `shorten names of devices and topics, or let devices share topics: "${most.name}" is told of them in one variable, which would ` +
    `have ${most.bytes} bytes and can have ${maxVariableBytes}`;
  return [{ path: "devices", found: raw["devices"], remedy }];
}

function variableProblems(
  device: DeviceSpec,
  index: number,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  return (["sensors", "faults", "tags"] as const).flatMap((field): Problem[] => {
    const bytes = Buffer.byteLength(JSON.stringify(device[field]));
    if (bytes <= maxVariableBytes) return [];
    const remedy =
      `shorten it: containers are told of it in one variable, which would have ${bytes} bytes and can have ${maxVariableBytes}; ` +
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
