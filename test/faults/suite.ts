import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/command";
import { expectExactlyOnce, expectNoGaps } from "../support/conservation";
import { PulumiStack } from "../support/pulumi-stack";
import type { Fault, TestedCluster } from "./cluster";
import { type FaultFigures, report } from "./figures";
import { obstacleToHostFaults } from "./host";
import { bringUpTested } from "./stack";

/** One thing that can happen to a cluster. */
export interface FaultCase {
  readonly name: string;
  /** Lets it happen, and sees that it did. */
  readonly befall: (cluster: TestedCluster) => Promise<Fault>;
  /** Why it cannot be tried on this machine, or undefined. */
  readonly obstacle?: (cluster: TestedCluster) => Promise<string | undefined>;
}

/**
 * Tests what befalls one stack, one fault after the other, while its devices send and its lake reads. After each, nothing
 * that was acknowledged may be lost, repeated or out of order, and the cluster must have come back by itself.
 */
export function testFaults(
  coordination: "zookeeper" | "kraft",
  config: Readonly<Record<string, unknown>>,
  cases: readonly FaultCase[],
): void {
  describe(`a cluster coordinated by ${coordination}`, () => {
    let stack: PulumiStack;
    let cluster: TestedCluster;
    let obstacle: string | undefined;
    const figures: FaultFigures[] = [];

    beforeAll(async () => {
      stack = await PulumiStack.create(`faults-${coordination}`, 3);
      cluster = await bringUpTested(stack, config);
      const [broker] = cluster.brokers;
      obstacle = broker && (await obstacleToHostFaults(broker.container));
      await eventually("all copies are in sync", 60_000, async () => (await cluster.inSync()) || undefined);
    });
    afterAll(async () => {
      if (figures.length > 0) await report(coordination, figures);
      await stack.dispose();
    });

    it.for(cases)("keeps what it has acknowledged through $name", async (fault, { skip }) => {
      const reason = obstacle ?? (await fault.obstacle?.(cluster));
      skip(reason !== undefined, reason);
      figures.push(await cluster.recoverFrom(fault.name, () => fault.befall(cluster)));
      await cluster.expectKept();
    });

    it("has landed all of it exactly once", async () => {
      const { bootstrapServers, topics } = cluster;
      const lakeContainer = cluster.container("lake");
      const rows = await expectExactlyOnce({ bootstrapServers, topics, lakeContainer });
      expectNoGaps(rows);
      expect(new Set(rows.map(({ kafka_topic }) => kafka_topic))).toEqual(new Set(topics));
    });
  });
}
