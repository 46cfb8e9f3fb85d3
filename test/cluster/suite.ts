import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/command";
import { expectExactlyOnce, expectNoGaps } from "../support/conservation";
import { haveEngineAlone, longestTurnMs } from "../support/engine-turn";
import { PulumiStack } from "../support/pulumi-stack";
import { type Fault, type TestedCluster, bringUpTested } from "./cluster";
import { type FaultFigures, report } from "./figures";
import { obstacleToHostFaults } from "./host";

const faultTimeoutMs = 360_000;

/** One thing that can happen to a cluster. */
export interface FaultCase {
  readonly name: string;
  /** Makes it happen, and checks that it did. */
  readonly befall: (cluster: TestedCluster) => Promise<Fault>;
  /** Why it cannot be tried on this machine, or undefined. */
  readonly obstacle?: (cluster: TestedCluster) => Promise<string | undefined>;
  /** Whether it strikes every container of the engine, so that no other test may use the engine meanwhile. */
  readonly strikesAll?: boolean;
}

/**
 * Tests one stack with one fault after the other, while its devices send and its lake reads. After each, nothing that was acknowledged may
 * be lost, repeated or out of order, and the cluster must have recovered by itself.
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

    for (const { name, befall, obstacle: obstacleTo, strikesAll = false } of cases) {
      const timeout = faultTimeoutMs + (strikesAll ? longestTurnMs : 0);
      it(`keeps acknowledged observations through ${name}`, { timeout }, async ({ skip }) => {
        const withEngine = strikesAll ? haveEngineAlone : <Result>(work: () => Promise<Result>) => work();
        await withEngine(async () => {
          const reason = obstacle ?? (await obstacleTo?.(cluster));
          skip(reason !== undefined, reason);
          figures.push(await cluster.recoverFrom(name, () => befall(cluster)));
        });
        await cluster.expectKept();
      });
    }

    it("has every observation exactly once in the table", async () => {
      const { bootstrapServers, topics } = cluster;
      const lakeContainer = cluster.container("lake");
      const rows = await expectExactlyOnce({ bootstrapServers, topics, lakeContainer });
      expectNoGaps(rows);
      expect(new Set(rows.map(({ kafka_topic }) => kafka_topic))).toEqual(new Set(topics));
    });
  });
}
