import { messageBytesBounds } from "../../../contract/environment/device";
import type { Problem } from "../../../contract/problems";
import { topicsRead } from "../../model/consumer-reads";
import { maxStackNameLength, topicInitServiceName } from "../../model/names";
import { planStackMap } from "../../model/stack-map";
import { valueBytes } from "../../model/traffic";
import { type ParsedConfig, type ParsedDevice, problemWith } from "../parsed-config";
import { allDevices } from "./rate-rules";

/** Linux allows one variable 131,072 bytes (MAX_ARG_STRLEN) including its name and end. The path of a file in a container is longer than here. */
const maxVariableBytes = 120_000;

/** Devices whose settings are too long for a container's environment, or whose messages are too long. */
export function lengthProblems({ readableDevices }: ParsedConfig): Problem[] {
  return readableDevices.flatMap((device) => [...variableProblems(device), ...messageProblems(device)]);
}

/** Names of devices and topics that are too long for one variable of a container. */
export function namesLengthProblems(config: ParsedConfig): Problem[] {
  if (config.devices === undefined) return [];
  const devices = config.devices.map(({ value }) => value);
  const consumers = (config.consumers ?? []).map(({ value }) => value);
  const { brokers, coordination, zookeepers } = config.assumed;
  const stack = {
    stack: "x".repeat(maxStackNameLength),
    devices,
    consumers,
    brokers,
    coordination,
    zookeepers,
  };
  const variables = [
    { name: topicInitServiceName, value: topicsRead({}, devices) },
    ...consumers
      .filter(({ type }) => type === "dashboard")
      .map((consumer) => ({ name: consumer.name, value: planStackMap(stack, consumer) })),
  ].map(({ name, value }) => ({ name, bytes: JSON.stringify(value).length }));
  const [longest] = variables.sort((one, other) => other.bytes - one.bytes);
  if (longest === undefined || longest.bytes <= maxVariableBytes) return [];
  const remedy =
    `shorten names of devices and topics, or let devices share topics: "${longest.name}" gets all names in one variable, which would ` +
    `have ${longest.bytes} bytes and can have ${maxVariableBytes}`;
  return [problemWith(allDevices(config), remedy)];
}

function variableProblems({ value, field }: ParsedDevice): Problem[] {
  return (["sensors", "faults", "tags"] as const).flatMap((name): Problem[] => {
    const bytes = Buffer.byteLength(JSON.stringify(value[name]));
    if (bytes <= maxVariableBytes) return [];
    const remedy =
      `shorten it: containers get it in one variable, which would have ${bytes} bytes and can have ${maxVariableBytes}; ` +
      "split it over several devices";
    return [problemWith(field(name), remedy)];
  });
}

function messageProblems({ value, field }: ParsedDevice): Problem[] {
  const bytes = Math.max(...value.sensors.map((sensor) => valueBytes(value, sensor)));
  if (bytes <= messageBytesBounds.maximum) return [];
  const remedy = `shorten them: messages would have ${bytes} bytes, and can have ${messageBytesBounds.maximum}`;
  return [problemWith(field("tags"), remedy)];
}
