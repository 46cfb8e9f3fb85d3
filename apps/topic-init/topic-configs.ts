import { managedTopicConfigs } from "../../contract/environment/topic-init";
import type { TopicConfigChange, TopicConfigEntry } from "../shared/kafka";

/** What an existing topic's configs are to be. */
export interface WantedConfigs {
  readonly topic: string;
  readonly minInsyncReplicas: number;
  /** Other configs by name; those that the program manages and that are not here are put back to the brokers' default. */
  readonly config: Readonly<Record<string, string>>;
}

/** Changes in two parts, because a write needs `min.insync.replicas` copies to be there. */
export interface ConfigChanges {
  /** Before replicas are moved: also what lowers `min.insync.replicas`, as copies may be taken away. */
  readonly before: readonly TopicConfigChange[];
  /** Once all copies are there: what raises it. */
  readonly after: readonly TopicConfigChange[];
}

export const minInsyncReplicasConfig = "min.insync.replicas";

/** The configs that have to be known to plan their changes. */
export function configNamesFor(wanted: readonly WantedConfigs[]): string[] {
  const planned = wanted.flatMap(({ config }) => Object.keys(config));
  return [...new Set([minInsyncReplicasConfig, ...managedTopicConfigs, ...planned])].sort();
}

/** Plans the changes of topics' configs; a topic that is as wanted has none. */
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
 * Lowers `min.insync.replicas` of topics that nobody planned where it was set for more copies than they will have: no write with
 * `acks=all` would find enough.
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

/** Shows a change for people: `retention.ms=3600000, segment.bytes as the brokers have it`. */
export function showConfigChange({ changes }: TopicConfigChange): string {
  return [...changes]
    .map(([name, value]) => (value === undefined ? `${name} as the brokers have it` : `${name}=${value}`))
    .join(", ");
}
