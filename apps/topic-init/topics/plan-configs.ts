import { managedTopicConfigs } from "../../../contract/environment/topic-init";
import type { TopicConfigChange, TopicConfigEntry } from "../../shared/kafka";

/** The planned configs of an existing topic. */
export interface WantedConfigs {
  readonly topic: string;
  readonly minInsyncReplicas: number;
  /** Other configs by name. Configs that the program manages and that are missing here return to the brokers' default. */
  readonly config: Readonly<Record<string, string>>;
}

/** Changes in two parts, because a write needs `min.insync.replicas` replicas in sync. */
export interface ConfigChanges {
  /** To make before replicas are moved. Includes lower values of `min.insync.replicas`, since replicas may be removed. */
  readonly before: readonly TopicConfigChange[];
  /** To make once all replicas are in sync: higher values of `min.insync.replicas`. */
  readonly after: readonly TopicConfigChange[];
}

export const minInsyncReplicasConfig = "min.insync.replicas";

/** The names of the configs that must be read to plan their changes. */
export function configNamesFor(wanted: readonly WantedConfigs[]): string[] {
  const planned = wanted.flatMap(({ config }) => Object.keys(config));
  return [...new Set([minInsyncReplicasConfig, ...managedTopicConfigs, ...planned])].sort();
}

/** Plans the changes of topics' configs. A topic that is as planned has none. */
export function planConfigs(
  wanted: readonly WantedConfigs[],
  found: ReadonlyMap<string, ReadonlyMap<string, TopicConfigEntry>>,
): ConfigChanges {
  const before: TopicConfigChange[] = [];
  const after: TopicConfigChange[] = [];
  for (const topic of wanted) {
    const current = found.get(topic.topic) ?? new Map<string, TopicConfigEntry>();
    const changes = changesOf(topic, current);
    const minimum = current.get(minInsyncReplicasConfig);
    const wantedMinimum = String(topic.minInsyncReplicas);
    if (minimum?.isOverride !== true || minimum.value !== wantedMinimum) {
      const raises = topic.minInsyncReplicas > Number(minimum?.value ?? 1);
      const change = [minInsyncReplicasConfig, wantedMinimum] as const;
      if (raises) after.push({ topic: topic.topic, changes: new Map([change]) });
      else changes.set(...change);
    }
    if (changes.size > 0) before.push({ topic: topic.topic, changes });
  }
  return { before, after };
}

function changesOf(
  { config }: WantedConfigs,
  current: ReadonlyMap<string, TopicConfigEntry>,
): Map<string, string | undefined> {
  const changes = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries(config)) {
    const entry = current.get(name);
    if (entry?.isOverride !== true || entry.value !== value) changes.set(name, value);
  }
  for (const name of managedTopicConfigs) {
    if (!(name in config) && current.get(name)?.isOverride === true) changes.set(name, undefined);
  }
  return changes;
}

/**
 * Plans lower values of `min.insync.replicas` for topics of others that would have fewer replicas than that: every write with `acks=all`
 * would fail.
 * @param copies how many replicas each of these topics will have
 */
export function planForeignMinimums(
  copies: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, ReadonlyMap<string, TopicConfigEntry>>,
): TopicConfigChange[] {
  return [...copies].flatMap(([topic, count]) => {
    const minimum = found.get(topic)?.get(minInsyncReplicasConfig);
    if (minimum?.isOverride !== true || Number(minimum.value) <= count) return [];
    return [{ topic, changes: new Map([[minInsyncReplicasConfig, String(count)]]) }];
  });
}

/** Shows a change for people: `retention.ms=3600000, segment.bytes back to the brokers' default`. */
export function showConfigChange({ changes }: TopicConfigChange): string {
  return [...changes]
    .map(([name, value]) =>
      value === undefined ? `${name} back to the brokers' default` : `${name}=${value}`,
    )
    .join(", ");
}
