import type { TopicSettings } from "../../contract/environment/topic-init";
import type { StackSpec } from "../model/spec";
import { planDurability } from "./brokers";

/** Plans the topics of all devices: one for each name, however many devices share it, sorted by name. */
export function planTopics(
  spec: Pick<StackSpec, "devices" | "brokers" | "partitions" | "replicationFactor">,
): TopicSettings[] {
  const configs = new Map(spec.devices.map((device) => [device.topic, device.topicConfig]));
  return [...configs]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, config]) => ({
      name,
      partitions: spec.partitions,
      replicationFactor: spec.replicationFactor,
      // As many as the cluster asks for, but a topic must survive the loss of one copy if it has three, and with fewer it
      // must not need more than there are.
      minInsyncReplicas: planDurability(Math.min(spec.brokers, spec.replicationFactor)).minInsyncReplicas,
      config: sortedByName(config),
    }));
}

/** Another order of the same configs must not look like another plan, which would run the one-shot container again. */
function sortedByName(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1)));
}
