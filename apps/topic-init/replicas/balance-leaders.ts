import type { BrokerCounts, Layout, PlannedPartition, TopicLayout } from "./layout";

/** A partition whose preferred leader may become another of its replicas. */
interface Step {
  readonly topic: TopicLayout;
  readonly partition: PlannedPartition;
  readonly to: number;
}

/**
 * Spreads preferred leaders over the brokers as evenly as the replicas allow, each topic first and then all together without
 * making a topic less even. No data moves: a partition's replicas only change their order.
 *
 * A leader moves along a chain of brokers, one step a partition, from a broker that leads more to one that leads less; where no
 * chain is left, no order is more even.
 */
export function balanceLeaders(layout: Layout): void {
  const topics = layout.topics.filter((topic) => topic.partitions.some(({ movable }) => movable));
  for (const topic of topics) {
    improve(layout, topic.leaders, () => stepsOf(topic, () => true));
  }
  improve(layout, layout.leaders, () =>
    topics.flatMap((topic) => stepsOf(topic, (from, to) => topic.leaders.of(from) > topic.leaders.of(to))),
  );
}

/** Shortens the distance between brokers that lead most and fewest until no chain does so any more. */
function improve(layout: Layout, leaders: BrokerCounts, stepsNow: () => readonly Step[]): void {
  for (;;) {
    const chain = findChain(layout.brokers, leaders, stepsNow());
    if (chain === undefined) return;
    // From the end, so that a topic on the way that has two of the steps stays as even as when they were found.
    for (const { topic, partition, to } of chain.toReversed()) {
      layout.place(topic, partition, [to, ...partition.replicas.filter((broker) => broker !== to)]);
    }
  }
}

/** The shortest chain from a broker that leads most to one that leads at least two fewer. */
function findChain(
  brokers: readonly number[],
  leaders: BrokerCounts,
  steps: readonly Step[],
): readonly Step[] | undefined {
  const stepsFrom = firstStepsBetweenBrokers(steps);
  for (const start of brokers.toSorted((one, other) => leaders.of(other) - leaders.of(one) || one - other)) {
    const chains = new Map<number, readonly Step[]>([[start, []]]);
    for (const [broker, chain] of chains) {
      if (leaders.of(start) - leaders.of(broker) >= 2) return chain;
      for (const step of stepsFrom.get(broker)?.values() ?? []) {
        if (!chains.has(step.to)) chains.set(step.to, [...chain, step]);
      }
    }
  }
  return undefined;
}

/** One step is enough for each pair of brokers: which partition takes it makes no difference. */
function firstStepsBetweenBrokers(steps: readonly Step[]): ReadonlyMap<number, ReadonlyMap<number, Step>> {
  const found = new Map<number, Map<number, Step>>();
  for (const step of steps) {
    const from = step.partition.replicas[0] ?? 0;
    const known = found.get(from) ?? new Map<number, Step>();
    if (!known.has(step.to)) found.set(from, known.set(step.to, step));
  }
  return found;
}

function stepsOf(topic: TopicLayout, allowed: (from: number, to: number) => boolean): Step[] {
  return topic.partitions
    .filter(({ movable }) => movable)
    .flatMap((partition) => {
      const [from, ...others] = partition.replicas;
      if (from === undefined) return [];
      return others.filter((to) => allowed(from, to)).map((to) => ({ topic, partition, to }));
    });
}
