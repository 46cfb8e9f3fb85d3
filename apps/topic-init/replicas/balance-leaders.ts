import type { BrokerCounts, Layout, PlannedPartition, TopicLayout } from "./layout";

/** A possible change of a partition's preferred leader to another of its replicas. */
interface Step {
  readonly topic: TopicLayout;
  readonly partition: PlannedPartition;
  readonly from: number;
  readonly to: number;
}

/** Steps by the brokers from and to which they move leadership. One step is enough for each pair of brokers. */
type Steps = ReadonlyMap<number, ReadonlyMap<number, Step>>;

/**
 * Spreads preferred leaders over the brokers as evenly as the replicas allow: first each topic, then all together without making a topic
 * less even. No data moves: the replicas of a partition only change their order.
 *
 * Leadership moves along a chain of brokers, one partition for each step, from a broker that leads more to one that leads less. If there is
 * no such chain, no order is more even.
 */
export function balanceLeaders(layout: Layout): void {
  const topics = layout.topics.filter((topic) => topic.partitions.some(({ movable }) => movable));
  for (const topic of topics) improve(layout, topic.leaders, [topic], () => true);
  improve(layout, layout.leaders, topics, ({ topic, from, to }) => {
    return topic.leaders.of(from) > topic.leaders.of(to);
  });
}

/** Moves leadership from brokers that lead most to those that lead fewest, until no chain of allowed steps is left. */
function improve(
  layout: Layout,
  leaders: BrokerCounts,
  topics: readonly TopicLayout[],
  allowed: (step: Step) => boolean,
): void {
  // The next steps are likely near the last ones. A search from the start would look at every partition for each step.
  let rest = topics;
  for (;;) {
    const chain = findChain(layout.brokers, leaders, firstSteps(layout.brokers.length, rest, allowed));
    const [first] = chain ?? [];
    if (chain === undefined || first === undefined) return;
    // From the end of the chain: a topic with two of the steps stays as even as it was when they were found.
    for (const { topic, partition, to } of chain.toReversed()) {
      layout.place(topic, partition, [to, ...partition.replicas.filter((broker) => broker !== to)]);
    }
    const at = rest.indexOf(first.topic);
    if (at > 0) rest = [...rest.slice(at), ...rest.slice(0, at)];
  }
}

/** The shortest chain from a broker that leads many partitions to one that leads at least two fewer. */
function findChain(
  brokers: readonly number[],
  leaders: BrokerCounts,
  steps: Steps,
): readonly Step[] | undefined {
  for (const start of brokers.toSorted((one, other) => leaders.of(other) - leaders.of(one) || one - other)) {
    const chains = new Map<number, readonly Step[]>([[start, []]]);
    for (const [broker, chain] of chains) {
      if (leaders.of(start) - leaders.of(broker) >= 2) return chain;
      for (const step of steps.get(broker)?.values() ?? []) {
        if (!chains.has(step.to)) chains.set(step.to, [...chain, step]);
      }
    }
  }
  return undefined;
}

function firstSteps(
  brokers: number,
  topics: readonly TopicLayout[],
  allowed: (step: Step) => boolean,
): Steps {
  const found = new Map<number, Map<number, Step>>();
  let wanted = brokers * (brokers - 1);
  for (const topic of topics) {
    for (const partition of topic.partitions) {
      const [from, ...others] = partition.replicas;
      if (from === undefined || !partition.movable) continue;
      const known = found.get(from) ?? new Map<number, Step>();
      found.set(from, known);
      for (const to of others) {
        const step = { topic, partition, from, to };
        if (known.has(to) || !allowed(step)) continue;
        known.set(to, step);
        wanted -= 1;
        if (wanted === 0) return found;
      }
    }
  }
  return found;
}
