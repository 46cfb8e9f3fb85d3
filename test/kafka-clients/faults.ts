import { expect, it } from "vitest";
import { FollowedTopics } from "../support/followed-topics";
import type { KraftBrokers } from "../support/kraft-brokers";
import { Load, Topic } from "../support/topic";
import { expectFollowed, maker } from "./follow";
import { ProducerLoad } from "./producer";
import { limitMs, partitions } from "./topics";

/** The producer writes one topic and follow reads another, both at the same time, so that every fault strikes both. */
export function testClientFaults(brokers: () => KraftBrokers): void {
  it("the producer writes and follow reads each record once and in order, whatever connections and brokers fail", async () => {
    const { bootstrapServers } = brokers();
    const written = new Topic(bootstrapServers, "written", partitions);
    const read = new Topic(bootstrapServers, "read", partitions);
    await Promise.all([written.make(), read.make()]);
    const producer = new ProducerLoad(written, bootstrapServers, "none");
    const followed = new FollowedTopics(bootstrapServers, [read.name]);
    const load = Load.start(read, maker(), 2000);
    await producer.start();
    const followedOn = () => {
      const before = followed.count(read.name);
      return expect
        .poll(() => followed.count(read.name), { timeout: limitMs, message: "follow reads on" })
        .toBeGreaterThan(before + 2000);
    };
    const bothGoOn = () => Promise.all([producer.goesOn(), followedOn()]);

    await bothGoOn();
    for (let time = 0; time < 30; time++) {
      brokers().cut(1 + (time % 3));
      await new Promise((resolve) => setTimeout(resolve, 50 + 5 * time));
    }
    await bothGoOn();
    expect(producer.retries.length).toBeGreaterThan(0);
    await brokers().kill(1);
    await brokers().missed(1);
    await brokers().start(1);
    await bothGoOn();
    await brokers().freeze(2);
    await brokers().missed(2);
    await brokers().thaw(2);
    await bothGoOn();
    await brokers().kill(3);
    await brokers().start(3);
    await bothGoOn();
    await Promise.all([load.stop(), producer.stop()]);

    await producer.expectExact();
    await expectFollowed(read, followed);
    expect(followed.events).toEqual([]);
    await followed.stop();
  });
}
