import { consumerSessionMs } from "../../../contract/consumer-types";
import type { Problem } from "../../../contract/problems";
import { brokerRetention } from "../../model/cluster";
import { topicsRead } from "../../model/consumer-reads";
import type { DeviceSpec } from "../../model/spec";
import { showDurationMs } from "../../model/units";
import { topicOf } from "../devices";
import {
  givenProperty,
  type Given,
  type ParsedConfig,
  type ParsedDevice,
  problemWith,
} from "../parsed-config";
import { topicConfigNames } from "../schema/kafka";

/**
 * Kafka refuses a topic whose name differs from another's only by `.` against `_`, because their metrics would collide
 * (org.apache.kafka.common.internals.Topic.hasCollision).
 */
export function topicNameProblems({ devices = [] }: ParsedConfig): Problem[] {
  const topicByMetricName = new Map<string, string>();
  return devices.flatMap(({ value: { topic }, entry, name, field }) => {
    const metricName = topic.replaceAll(".", "_");
    const other = topicByMetricName.get(metricName);
    if (other === undefined) topicByMetricName.set(metricName, topic);
    if (other === undefined || other === topic) return [];
    const remedy = `rename it: for Kafka it is the same as topic "${other}", since dots and underscores collide`;
    return [problemWith(entry.topic === undefined ? name : field("topic"), remedy)];
  });
}

/** Devices that share a topic and set it differently. A setting that only one of them has holds for all. */
export function sharedTopicProblems({ devices = [] }: ParsedConfig): Problem[] {
  const first = new Map<string, { readonly value: string; readonly path: string }>();
  return devices.flatMap((device) =>
    Object.entries(topicConfigNames).flatMap(([key, config]): Problem[] => {
      const value = device.entry.topicSettings?.[config];
      if (value === undefined) return [];
      const topic = topicOf(device.entry);
      const given = topicSetting(device, key);
      const other = first.get(`${topic}\n${key}`);
      if (other === undefined) first.set(`${topic}\n${key}`, { value, path: given.path });
      if (other === undefined || other.value === value) return [];
      const remedy = `set it to the same as ${other.path}, or give the device a topic of its own: both set topic "${topic}"`;
      return [problemWith(given, remedy)];
    }),
  );
}

function topicSetting({ field }: ParsedDevice, key: string): Omit<Given, "value"> {
  const { path, written } = field("topicSettings");
  const settings = written as Readonly<Record<string, unknown>> | undefined;
  return { path: `${path}.${key}`, written: settings?.[key] };
}

/**
 * How long a lake may need until it reads again after a restart: if its container was killed, the group waits for the end of the session,
 * and then the new member needs about the same time for its turn.
 */
const restartMs = 2 * consumerSessionMs;

/** Retentions so short that Kafka drops messages before the lake has committed them; the lake would stop (`lake.onLostOffsets`). */
export function retentionProblems(config: ParsedConfig): Problem[] {
  const { devices, consumers, lake } = config;
  if (devices === undefined || consumers === undefined || lake === undefined) return [];
  const specs = devices.map(({ value }) => value);
  const lakes = consumers.filter(({ value }) => value.type === "lake");
  const read = new Set(lakes.flatMap(({ value }) => topicsRead(value, specs)));
  const { flushIntervalMs } = lake.value;
  const minMs = flushIntervalMs + restartMs;
  const remedy =
    `lengthen it to at least ${showDurationMs(minMs)}: the lake commits every ${showDurationMs(flushIntervalMs)} ` +
    "(lake.flushInterval) and may be away for a minute, and Kafka would drop what it has not read";
  // Negative means for ever. Another rule reports 0.
  const isShort = (retentionMs: number) => retentionMs > 0 && retentionMs < minMs;
  const short = specs
    .filter(({ topic }) => read.has(topic))
    .map((device) => retentionOf(device, config))
    .filter(({ value }) => isShort(value));
  const byPath = new Map(short.map((retention) => [retention.path, retention]));
  return [...byPath.values()].map((retention) => problemWith(retention, remedy));
}

/** The retention of a device's topic, in milliseconds: its own setting, that of all topics, or that of the brokers. */
function retentionOf({ topic, topicConfig }: DeviceSpec, config: ParsedConfig): Given<number> {
  const own = topicConfig[topicConfigNames.retention];
  if (own === undefined) {
    const { retentionMs, property = "" } = brokerRetention(config.kafka?.value.properties ?? {});
    return { value: retentionMs, ...givenProperty(config, property) };
  }
  const setter = config.devices?.find(
    ({ entry }) => topicOf(entry) === topic && entry.topicSettings?.[topicConfigNames.retention] === own,
  );
  if (setter !== undefined) return { value: Number(own), ...topicSetting(setter, "retention") };
  const defaults = config.written["topicDefaults"] as Readonly<Record<string, unknown>> | undefined;
  return { value: Number(own), path: "topicDefaults.retention", written: defaults?.["retention"] };
}
