import { greatestBy, type Layout, type PlannedPartition, type TopicLayout } from "./layout";

/**
 * Spreads the replicas of partitions that may be moved, so that two brokers differ by at most one replica, of each topic and of all
 * topics together.
 *
 * The topics come first, each on its own. Then the whole: as long as one broker has two replicas more than another, there is a topic
 * of which it has one more, and moving that one leaves the topic as even as it was. So both can always be had.
 */
export function balanceReplicas(layout: Layout): void {
  const topics = layout.topics.filter((topic) => topic.partitions.some(({ movable }) => movable));
  for (const topic of topics) balanceTopic(layout, topic);
  balanceAll(layout, topics);
}

function balanceTopic(layout: Layout, topic: TopicLayout): void {
  for (;;) {
    const [most, fewest] = extremes(layout, (broker) => [
      topic.replicas.of(broker),
      layout.replicas.of(broker),
    ]);
    if (topic.replicas.of(most) - topic.replicas.of(fewest) < 2) return;
    moveOne(layout, topic, most, fewest);
  }
}

function balanceAll(layout: Layout, topics: readonly TopicLayout[]): void {
  let next = 0;
  for (;;) {
    const [most, fewest] = extremes(layout, (broker) => [layout.replicas.of(broker)]);
    if (layout.replicas.of(most) - layout.replicas.of(fewest) < 2) return;
    // Where the last one was found the next is likely: not to begin anew saves a thousand looks for each of a thousand topics.
    let looked = 0;
    for (; looked < topics.length; looked++) {
      const topic = topics[(next + looked) % topics.length];
      if (topic === undefined || topic.replicas.of(most) <= topic.replicas.of(fewest)) continue;
      moveOne(layout, topic, most, fewest);
      break;
    }
    if (looked === topics.length) throw new Error("no topic has more replicas on the broker that has most");
    next = (next + looked) % topics.length;
  }
}

/** The broker with the most and the one with the fewest; of equals the one with the smaller id. */
function extremes(
  layout: Layout,
  rank: (broker: number) => readonly number[],
): [most: number, fewest: number] {
  return [
    greatestBy(layout.brokers, rank),
    greatestBy(layout.brokers, (broker) => rank(broker).map((count) => -count)),
  ];
}

/** Moves one replica of a topic between two brokers, rather one that is no preferred leader. */
function moveOne(layout: Layout, topic: TopicLayout, from: number, to: number): void {
  const candidates = topic.partitions.filter(
    ({ replicas, movable }) => movable && replicas.includes(from) && !replicas.includes(to),
  );
  const partition: PlannedPartition = greatestBy(candidates, ({ replicas }) => [
    replicas[0] === from ? 0 : 1,
  ]);
  layout.place(
    topic,
    partition,
    partition.replicas.map((broker) => (broker === from ? to : broker)),
  );
}
