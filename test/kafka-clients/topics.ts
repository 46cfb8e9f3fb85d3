import { eventually } from "../support/command";
import type { StoredMessage, Topic } from "../support/topic";

export const partitions = 3;
/** How long anything may take on a busy machine; what takes longer hangs. */
export const limitMs = 60_000;

/** Reads a topic to its end. The first group of a cluster has to wait for its coordinator, which kafkajs does not do. */
export function readWhenPossible(topic: Topic): Promise<Map<string, StoredMessage>> {
  return eventually(`topic ${topic.name} can be read`, limitMs, () => topic.read().catch(() => undefined));
}
