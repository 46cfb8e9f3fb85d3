import { vi } from "vitest";
import { TopicInitEnvironment, type TopicSettings } from "../../../contract/environment/topic-init";
import type { QuorumAdmin } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import type { TopicInitContext } from "../context";
import type { PlannedTopic } from "../topics/plan-topics";
import type { FakeCluster } from "./fake-cluster";

/** The longest time without progress, in tests with fake timers. */
export const fakeTimeoutMs = 5000;

interface Planned {
  readonly brokers: number;
  readonly topics?: readonly TopicSettings[];
  readonly voters?: TopicInitEnvironment["TOPIC_INIT_VOTERS"];
  readonly quorum?: Pick<QuorumAdmin, keyof QuorumAdmin>;
}

/** A planned topic, with one partition and one replica by default. */
export function plannedTopic(name: string, measures: Partial<TopicSettings> = {}): PlannedTopic {
  const settings = {
    name,
    partitions: 1,
    replicationFactor: 1,
    minInsyncReplicas: 1,
    config: {},
    ...measures,
  };
  return { ...settings, internal: false };
}

/** A context with a cluster in memory. @returns also the log lines from level `info` on */
export function fakeContext(
  cluster: FakeCluster,
  { brokers, topics = [], voters, quorum }: Planned,
): TopicInitContext & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const logger: Logger = { debug: () => {}, info: add, warn: add, error: add, writes: () => true };
  const noQuorum = () => Promise.reject(new Error("this cluster has no quorum"));
  return {
    cluster,
    quorum: quorum ?? { describe: noQuorum, addVoter: noQuorum, removeVoter: noQuorum },
    settings: {
      ...TopicInitEnvironment.parse({
        KAFKA_BOOTSTRAP_SERVERS: "broker-1:29092",
        TOPIC_INIT_TOPICS: "[]",
        TOPIC_INIT_BROKERS: String(brokers),
      }),
      TOPIC_INIT_TOPICS: [...topics],
      ...(voters !== undefined && { TOPIC_INIT_VOTERS: voters }),
    },
    logger,
    waiting: { signal: new AbortController().signal, timeoutMs: fakeTimeoutMs },
    lines,
  };
}

/** The outcome of work that waits, with fake timers: `done`, or the message of its error. */
export async function outcomeOf(work: Promise<unknown>, withinMs = 60_000): Promise<string> {
  let outcome = `nothing within ${withinMs} ms`;
  void work.then(
    () => (outcome = "done"),
    (error: unknown) => (outcome = error instanceof Error ? error.message : String(error)),
  );
  await vi.advanceTimersByTimeAsync(withinMs);
  return outcome;
}
