import { afterAll, beforeAll, describe, expect } from "vitest";
import { eventually } from "../support/command";
import { expectExactlyOnce, expectNoGaps } from "../support/conservation";
import { docker, tracesOf } from "../support/docker";
import { type ClientPlace, runKafkaTools, sendAndRead } from "../support/other-clients";
import { PulumiStack } from "../support/pulumi-stack";
import { type Step, step } from "../support/steps";
import { type TestedCluster, bringUpTested, testedCluster } from "./cluster";
import { livesOf, partitionsBy, type PartitionState } from "./cluster-state";

const kafkasOwn = ["__consumer_offsets", "__transaction_state"];
const visited = "visited";

/**
 * Tests one stack that is changed while its devices send and its lake reads: it grows, is configured otherwise and shrinks. Each test
 * goes on from where the one before it ended.
 */
export function testChanges(coordination: "zookeeper" | "kraft"): void {
  describe(`a cluster coordinated by ${coordination}, changed while it runs`, () => {
    let stack: PulumiStack;
    let cluster: TestedCluster;
    let sent: string[] = [];

    beforeAll(async () => {
      stack = await PulumiStack.create(`changes-${coordination}`, 3);
      cluster = await bringUpTested(stack, { coordination, brokers: 1 });
    });
    afterAll(() => stack.dispose());

    const apps = () =>
      ["boiler", "press", "mixer", "pump", "valve", "lake"].map((app) => cluster.container(app));

    /** Changes the stack. No device or consumer may be restarted, and no acknowledged observation lost. */
    const change = async (config: Readonly<Record<string, unknown>>) => {
      const before = await livesOf(apps());
      await stack.configure(config);
      await stack.up();
      cluster = await testedCluster(stack);
      expect(await livesOf(apps())).toEqual(before);
      await cluster.expectKept();
    };

    /** Waits until all partitions are as wanted. @returns the partitions as the first broker knows them */
    const partitionsWith = (what: string, isWanted: (partition: PartitionState) => boolean) =>
      eventually(`all partitions ${what}`, 120_000, async () => {
        const found = await partitionsBy(cluster.broker(1).address, [
          ...cluster.topics,
          ...kafkasOwn,
          visited,
        ]);
        return found?.every(isWanted) ? found : undefined;
      });

    /** Sends and reads in the host's network and in the stack's, with a topic of which each broker leads a part. */
    const expectClientsReachAll = async () => {
      const ids = cluster.brokers.map(({ id }) => id);
      const places: readonly ClientPlace[] = [
        { network: "host", bootstrapServers: cluster.bootstrapServers },
        { network: cluster.container("network"), bootstrapServers: "kafka:29092" },
      ];
      for (const place of places) {
        const lines = Array.from({ length: 30 }, (_, index) => `${place.network}-${ids.length}-${index}`);
        sent = [...sent, ...lines].sort();
        expect(await sendAndRead(place, visited, lines, sent.length)).toEqual(sent);
      }
    };

    const reached = step(
      "is reached at its first size by clients of the host and of the network",
      [],
      async () => {
        const place = { network: cluster.container("network"), bootstrapServers: "kafka:29092" };
        const create = `kafka-topics --bootstrap-server kafka:29092 --create --topic ${visited} --partitions 3`;
        await runKafkaTools(place, create);
        await expectClientsReachAll();
      },
    );

    const grown = step(
      "grows to three brokers: replicas are spread over all of them, those of Kafka's own topics too",
      [reached],
      async () => {
        await change({ brokers: 3 });
        const own = [...cluster.topics, ...kafkasOwn];
        const partitions = await partitionsWith(
          "have three copies",
          ({ topic, inSync }) => !own.includes(topic) || inSync.length === 3,
        );
        for (const { topic, replicas } of partitions.filter((each) => own.includes(each.topic)))
          expect([topic, [...replicas].sort()]).toEqual([topic, [1, 2, 3]]);
        expect(new Set(partitions.map(({ leader }) => leader))).toEqual(new Set([1, 2, 3]));
        const describeTopics = ["kafka-topics", "--bootstrap-server", "kafka:29092", "--describe"];
        const description = await docker("exec", cluster.container("broker-1"), ...describeTopics);
        for (const topic of own)
          expect(description).toMatch(new RegExp(`Topic: ${topic}\\s.*Configs: .*min.insync.replicas=2`));
        await stack.up("--expect-no-changes");
      },
    );

    const reachedGrown = step(
      "is reached at three brokers by clients of the host and of the network",
      [grown],
      async () => {
        const moved = `kafka-topics --bootstrap-server kafka:29092 --delete --topic ${visited}`;
        const create = `kafka-topics --bootstrap-server kafka:29092 --create --topic ${visited} --replica-assignment 1,2,3`;
        const place = { network: cluster.container("network"), bootstrapServers: "kafka:29092" };
        await runKafkaTools(place, moved);
        await eventually("the topic can be created again", 60_000, () =>
          runKafkaTools(place, create).catch(() => undefined),
        );
        sent = [];
        await expectClientsReachAll();
      },
    );

    step(
      "rolls a changed setting through the brokers, each in sync before the next is replaced",
      [grown],
      async () => {
        const containers = cluster.brokers.map(({ container }) => container);
        const before = await livesOf(containers);
        await change({ kafka: { heap: "320MB", properties: { "num.io.threads": 4 } } });
        const after = await livesOf(containers);
        const began = after.map(({ startedMs }) => startedMs);
        expect(began.every((startedMs, index) => startedMs > (before[index]?.startedMs ?? Infinity))).toBe(
          true,
        );
        const synced = await Promise.all(
          cluster.brokers.map(async ({ container }) =>
            Date.parse(
              (await docker("inspect", "--format", "{{.State.FinishedAt}}", `${container}-sync`)).trim(),
            ),
          ),
        );
        for (const index of [1, 2]) expect(began[index]).toBeGreaterThan(synced[index - 1] ?? Infinity);
        const properties = await docker(
          "exec",
          cluster.container("broker-3"),
          "cat",
          "/etc/kafka/kafka.properties",
        );
        expect(properties).toContain("num.io.threads=4");
        await partitionsWith("are in sync", ({ replicas, inSync }) => inSync.length === replicas.length);
      },
    );

    const shrink = (brokers: number, needs: readonly Step[]) =>
      step(
        `shrinks to ${brokers}: the data of the others is moved before they are removed`,
        needs,
        async () => {
          await change({ brokers });
          const ids = cluster.brokers.map(({ id }) => id);
          const partitions = await partitionsWith("have as many copies as planned", ({ inSync, topic }) =>
            topic === visited ? inSync.length === 1 : inSync.length === brokers,
          );
          expect(partitions.filter(({ replicas }) => replicas.some((id) => !ids.includes(id)))).toEqual([]);
          const gone = cluster.container(`broker-${brokers + 1}`);
          expect((await tracesOf(stack.name)).filter((trace) => trace.includes(gone))).toEqual([]);
        },
      );
    const shrunk = shrink(1, [shrink(2, [reachedGrown])]);

    step("still has everything that others wrote while it had three brokers", [shrunk], async () => {
      await expectClientsReachAll();
    });

    step("gets more partitions, which are written and read at once", [shrunk], async () => {
      const before = await livesOf(apps());
      await stack.configure({ partitions: 5 });
      await stack.up();
      expect(await livesOf(apps())).toEqual(before);
      const { bootstrapServers, topics } = cluster;
      const rows = await eventually("rows of an added partition are in the table", 60_000, async () => {
        const found = await expectExactlyOnce({
          bootstrapServers,
          topics,
          lakeContainer: cluster.container("lake"),
        });
        return found.some(({ kafka_partition }) => kafka_partition >= 3) ? found : undefined;
      });
      expectNoGaps(rows);
    });
  });
}
