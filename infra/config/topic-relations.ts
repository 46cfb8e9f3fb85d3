import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { topicsRead } from "../model/consumer-reads";
import { brokerRetention } from "../model/cluster";
import { showDurationMs } from "../model/units";
import type { DeviceSpec } from "../model/spec";
import type { StackConfig } from "./schema";
import { topicConfigNames } from "./topic-settings";

type Config = z.output<typeof StackConfig>;

/** The devices as they are written, and as they are with their defaults filled in. */
interface Devices {
  readonly listed: Config["devices"] | undefined;
  readonly devices: readonly DeviceSpec[] | undefined;
}

/** Devices that share a topic and set it differently. A setting that only some of them give holds for all. */
export function sharedTopicProblems(
  { listed = [] }: Devices,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  const first = new Map<string, { readonly value: string; readonly path: string }>();
  return listed.flatMap((device, index) =>
    Object.entries(topicConfigNames).flatMap(([key, config]): Problem[] => {
      const value = device.topicSettings?.[config];
      if (value === undefined) return [];
      const topic = device.topic ?? device.name;
      const path = `devices[${index}].topicSettings.${key}`;
      const other = first.get(`${topic}\n${key}`);
      if (other === undefined) first.set(`${topic}\n${key}`, { value, path });
      if (other === undefined || other.value === value) return [];
      const remedy = `set it as ${other.path} is, or give it a topic of its own: both are about topic "${topic}"`;
      return [{ path, found: settingIn(raw, index, key), remedy }];
    }),
  );
}

function settingIn(raw: Readonly<Record<string, unknown>>, index: number, key: string): unknown {
  const devices = raw["devices"] as readonly { topicSettings?: Record<string, unknown> }[] | undefined;
  return devices?.[index]?.topicSettings?.[key];
}

/**
 * How long a lake that was restarted may need until it reads again: a group whose member was killed waits for the end of its
 * session, 30 s, and the member for its turn.
 */
const restartMs = 60_000;

/** Kafka would drop messages that the lake has not committed yet, and the lake would stop (`lake.onLostOffsets`). */
export function retentionProblems(
  { devices, listed }: Devices,
  { consumers, lake, kafka }: Partial<Pick<Config, "consumers" | "lake" | "kafka">>,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  if (devices === undefined || consumers === undefined || lake === undefined) return [];
  const lakes = consumers.filter(({ type }) => type === "lake");
  const read = new Set(lakes.flatMap((consumer) => topicsRead(consumer, devices)));
  const minMs = lake.flushIntervalMs + restartMs;
  // Below 0 is for ever; 0 is told of as no right value.
  const isShort = (retentionMs: number) => retentionMs > 0 && retentionMs < minMs;
  const remedy =
    `lengthen it to at least ${showDurationMs(minMs)}: the lake commits every ${showDurationMs(lake.flushIntervalMs)} ` +
    "(lake.flushInterval) and may be away for a minute, and Kafka would drop what it has not read";

  const places = new Map<string, unknown>();
  const ofBrokers = brokerRetention(kafka?.properties ?? {});
  for (const device of devices.filter(({ topic }) => read.has(topic))) {
    const own = device.topicConfig[topicConfigNames.retention];
    const index = (listed ?? []).findIndex(
      (each) => (each.topic ?? each.name) === device.topic && each.topicSettings?.["retention.ms"] === own,
    );
    if (!isShort(own === undefined ? ofBrokers.retentionMs : Number(own))) continue;
    if (own === undefined) {
      const { property = "" } = ofBrokers;
      places.set(`kafka.properties["${property}"]`, kafka?.properties[property]);
    } else if (index === -1) {
      const defaults = raw["topicDefaults"] as { retention?: unknown } | undefined;
      places.set("topicDefaults.retention", defaults?.retention);
    } else places.set(`devices[${index}].topicSettings.retention`, settingIn(raw, index, "retention"));
  }
  return [...places].map(([path, found]) => ({ path, found, remedy }));
}
