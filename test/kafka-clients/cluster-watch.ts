import { afterAll, beforeAll, expect, it } from "vitest";
import { ClusterWatch } from "../../apps/consumers/dashboard/cluster/cluster-watch";
import { createKafka } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import { FollowedTopics } from "../support/followed-topics";
import type { KraftBrokers } from "../support/kraft-brokers";
import { MessageMaker } from "../support/messages";
import { Topic } from "../support/topic";

/** The page must show within five seconds that a broker is gone. */
const noticedWithinMs = 4000;
const backWithinMs = 60_000;
const ids = [1, 2, 3];
const group = "watched";

export function testClusterWatch(makeBrokers: () => KraftBrokers): void {
  let brokers: KraftBrokers;
  let topic: Topic;
  let followed: FollowedTopics;
  let watch: ClusterWatch;
  const lines: string[] = [];

  beforeAll(async () => {
    brokers = makeBrokers();
    topic = new Topic(brokers.bootstrapServers, "watched", 3);
    await topic.make();
    followed = new FollowedTopics(brokers.bootstrapServers, [topic.name]);
    const bootstrapServers = brokers.bootstrapServers.split(",");
    const logger = createLogger({
      app: "test",
      format: "pretty",
      level: "info",
      write: (line) => lines.push(line),
    });
    watch = new ClusterWatch(createKafka({ bootstrapServers, clientId: "watch", logger }), {
      nodes: {
        brokers: bootstrapServers.map((address, index) => {
          const [host = "", port = ""] = address.split(":");
          return { id: index + 1, name: `broker-${index + 1}`, host, port: Number(port) };
        }),
        coordination: "kraft",
        quorum: [],
      },
      topics: [topic.name, "absent"],
      groups: [group, "silent"],
      positionOf: (of, partition) => followed.follower.position(of, partition),
    });
    watch.start();
  });
  afterAll(async () => {
    await watch.stop();
    await followed.stop();
  });

  const conditions = () => watch.brokers.map(({ condition }) => condition);
  const allHealthy = () =>
    expect.poll(conditions, { timeout: backWithinMs }).toEqual(ids.map(() => "healthy"));
  const inSync = () => watch.partitionsOf(topic.name).map((partition) => partition.inSync.toSorted());

  it("knows where partitions are, and the lag of groups", async () => {
    await allHealthy();
    await expect.poll(inSync, { timeout: backWithinMs }).toEqual([ids, ids, ids]);
    for (const [number, { partition, leader, replicas }] of watch.partitionsOf(topic.name).entries()) {
      expect(partition).toBe(number);
      expect(leader).toBe(replicas[0]);
      expect(replicas.toSorted()).toEqual(ids);
    }
    expect(watch.partitionsOf("absent")).toEqual([]);
    await topic.send(new MessageMaker(1, 60).make(300));
    const lags = (of: string) => [0, 1, 2].map((partition) => watch.lagOf(of, topic.name, partition));
    await expect.poll(() => lags("silent"), { timeout: backWithinMs }).toEqual([100, 100, 100]);
    await topic.commit(group, [
      [0, 100],
      [1, 40],
    ]);
    await expect.poll(() => lags(group), { timeout: backWithinMs }).toEqual([0, 60, 100]);
    expect(watch.boundsOf(topic.name, 1)).toMatchObject({ earliest: 0, latest: 100 });
    expect(watch.lagOf("stranger", topic.name, 0)).toBeUndefined();
    expect(watch.lagOf(group, "absent", 0)).toBeUndefined();
  });

  it("notices within seconds that a broker was killed, and that it is back", async () => {
    await allHealthy();
    const killedMs = Date.now();
    await brokers.kill(2);
    await expect
      .poll(conditions, { timeout: noticedWithinMs })
      .toEqual(["healthy", "unreachable", "healthy"]);
    expect(watch.brokers[1]).toMatchObject({ id: 2, name: "broker-2" });
    // On a busy machine the end of the connection may be noticed late, after the next one was refused.
    expect(watch.brokers[1]?.reason).toMatch(/^(connection lost|connection refused|no answer within 2 s)$/);
    expect(watch.brokers[1]?.sinceMs).toBeGreaterThanOrEqual(killedMs);
    await expect.poll(inSync, { timeout: 20_000 }).toEqual([1, 2, 3].map(() => [1, 3]));
    await brokers.start(2);
    await allHealthy();
    await expect.poll(inSync, { timeout: backWithinMs }).toEqual([ids, ids, ids]);
  });

  it("notices within seconds that a broker hangs, and watches the others meanwhile", async () => {
    await allHealthy();
    await brokers.freeze(3);
    await expect
      .poll(conditions, { timeout: noticedWithinMs })
      .toEqual(["healthy", "healthy", "unreachable"]);
    expect(watch.brokers[2]).toMatchObject({ reason: "no answer within 2 s" });
    await expect
      .poll(() => watch.partitionsOf(topic.name).map(({ leader }) => leader), { timeout: 20_000 })
      .not.toContain(3);
    await brokers.thaw(3);
    await allHealthy();
    // An outage is one line at its start and one at its end, however often the watch looked.
    expect(lines.length).toBeLessThanOrEqual(6);
  });
}
