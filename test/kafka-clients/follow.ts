import { expect, it } from "vitest";
import { FollowedTopics } from "../support/followed-topics";
import type { KraftBrokers } from "../support/kraft-brokers";
import { MessageMaker } from "../support/messages";
import { Topic } from "../support/topic";
import { limitMs, partitions, readWhenPossible } from "./topics";

const range = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);
export const maker = () => new MessageMaker(7, 600);
const reaches = (followed: FollowedTopics, topic: string, count: number) =>
  expect.poll(() => followed.count(topic), { timeout: limitMs }).toBe(count);

/** Fails unless what was followed is exactly what the topic holds: once, in order, nothing left out. */
export async function expectFollowed(topic: Topic, followed: FollowedTopics): Promise<void> {
  const ends = await topic.ends();
  const total = [...ends.values()].reduce((sum, { high }) => sum + high, 0);
  await reaches(followed, topic.name, total);
  const stored = await readWhenPossible(topic);
  for (const [partition, { low, high }] of ends) {
    expect(followed.offsets(topic.name, partition)).toEqual(range(low, high));
    expect(followed.follower.position(topic.name, partition)).toEqual({
      partition,
      earliest: low,
      latest: high,
      next: high,
      asOfMs: expect.closeTo(Date.now(), -4) as number,
    });
  }
  for (const [place, messages] of followed.messages) {
    const partition = place.split("/")[1] ?? "";
    for (const [offset, value] of messages)
      expect(value).toBe(stored.get(`${partition}/${offset}`)?.value?.toString() ?? "");
  }
  expect(followed.wrong).toEqual([]);
}

export function testFollow(brokers: () => KraftBrokers): void {
  const topicOf = async (name: string, config?: Readonly<Record<string, string>>) => {
    const topic = new Topic(brokers().bootstrapServers, name, partitions);
    await topic.make(config);
    return topic;
  };

  it.each(["gzip", "snappy", "lz4", "zstd"] as const)(
    "reads batches that are compressed by %s",
    async (compression) => {
      const topic = await topicOf(compression, { "compression.type": compression });
      const sender = await topic.sender();
      const made = maker();
      for (let batch = 0; batch < 20; batch++) await sender.send(made.make(500));
      await sender.close();
      const followed = new FollowedTopics(brokers().bootstrapServers, [topic.name]);
      await expectFollowed(topic, followed);
      await followed.stop();
    },
  );

  it("reads topics and partitions that are added later", async () => {
    const added: string[] = [];
    const followed = new FollowedTopics(brokers().bootstrapServers, ["later", "absent"], {
      begin: ({ topic, partition, latest, isNew }) => {
        added.push(`${topic}/${partition} ${isNew ? "new" : "known"}`);
        return isNew ? 0 : latest;
      },
    });
    const topic = await topicOf("later");
    await topic.send(maker().make(300));
    await reaches(followed, topic.name, 300);
    await topic.addPartitions(5);
    await expect.poll(() => added, { timeout: limitMs }).toHaveLength(5);
    const larger = new Topic(brokers().bootstrapServers, topic.name, 5);
    await larger.send(maker().make(500));
    await expectFollowed(larger, followed);
    expect(added.sort()).toEqual(range(0, 5).map((partition) => `later/${partition} new`));
    await followed.stop();
  });

  it("reads another topic of the same name from its beginning", async () => {
    const topic = await topicOf("anew");
    await topic.send(maker().make(300));
    const followed = new FollowedTopics(brokers().bootstrapServers, [topic.name]);
    await reaches(followed, topic.name, 300);
    await topic.makeAnew();
    // As many as before: an offset does not say which topic it belongs to.
    await topic.send(new MessageMaker(8, 600).make(600));
    await expectFollowed(topic, followed);
    expect(followed.events.sort()).toEqual(
      range(0, partitions).map((partition) => `anew/${partition} reset`),
    );
    await followed.stop();
  });

  it("reports messages that were removed before it read them, and reads a past to its end and no further", async () => {
    const topic = await topicOf("past");
    await topic.send(maker().make(3000));
    await topic.dropBefore(1, 400);
    const followed = new FollowedTopics(brokers().bootstrapServers, [topic.name], {
      begin: () => 100,
      end: ({ latest }) => latest - 50,
      busyShare: 0.25,
    });
    await expect(followed.follower.done).resolves.toBe("ended");
    expect(followed.offsets(topic.name, 0)).toEqual(range(100, 950));
    expect(followed.offsets(topic.name, 1)).toEqual(range(400, 950));
    expect(followed.events).toEqual([
      "past/1 skipped 100 to 400: they were removed from the topic before they were read",
    ]);
  });

  it("delivers a message within milliseconds", async () => {
    const topic = await topicOf("soon");
    const arrived: number[] = [];
    const followed = new FollowedTopics(brokers().bootstrapServers, [topic.name], {
      onBatch: ({ messages }) => void arrived.push(...messages.map(() => performance.now())),
    });
    const sender = await topic.sender();
    await sender.send(maker().make(1));
    await expect.poll(() => arrived.length).toBe(1);
    const latencies: number[] = [];
    for (let time = 0; time < 100; time++) {
      await sender.send(maker().make(1));
      const acknowledged = performance.now();
      await expect.poll(() => arrived.length, { interval: 1 }).toBe(time + 2);
      latencies.push((arrived.at(-1) ?? Infinity) - acknowledged);
    }
    await sender.close();
    await followed.stop();
    latencies.sort((one, other) => one - other);
    // A fetch waits for half a second while nothing comes.
    expect(latencies[50]).toBeLessThan(50);
    expect(latencies[98]).toBeLessThan(250);
  });
}
