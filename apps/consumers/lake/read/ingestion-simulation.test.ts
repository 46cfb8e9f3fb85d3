import { expect, it } from "vitest";
import type { MemoryStorage } from "../../../shared/delta/storage/testing/memory-storage";
import type { TableStorage } from "../../../shared/delta/storage/storage";
import { contents, createStorages, FakeBroker, observation, pause, start } from "./testing/lake-process";

/** Numbers from 0 to below 1 that are the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "the lake lands each message exactly once through crashes, rebalances, rivals and failing storage (seed %i)",
  { timeout: 30_000 },
  async (seed) => {
    const random = randomNumbers(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const broker = new FakeBroker(3);
    const storages = createStorages();
    let calm = false;
    const disturb = async () => {
      if (calm) return;
      await pause(below(3));
      if (random() < 0.03) throw new Error("the disk fails");
    };
    const unreliable = (storage: MemoryStorage): TableStorage => ({
      location: "memory",
      files: {
        ...storage.files,
        write: async (files) => {
          await disturb();
          await storage.files.write(files);
          await disturb();
        },
      },
      log: {
        ...storage.log,
        putIfAbsent: async (version, text) => {
          await disturb();
          const result = await storage.log.putIfAbsent(version, text);
          await disturb();
          // The success of some attempts is not reported.
          return !calm && random() < 0.1 ? "exists" : result;
        },
      },
    });
    const expected: string[] = [];
    const expectedDead: string[] = [];
    const publish = () => {
      const partition = below(3);
      const offset = broker.partitions[partition]?.length ?? 0;
      const bad = random() < 0.1;
      broker.publish(partition, bad ? "rubbish" : observation(expected.length));
      if (bad) expectedDead.push(`${partition}/${offset}`);
      else expected.push(`${partition}/${offset}=${expected.length}`);
    };
    const begin = () =>
      start(broker, { rows: unreliable(storages.rows), dead: unreliable(storages.dead) }).catch(
        () => undefined,
      );

    const processes = [await begin(), await begin()];
    for (let round = 0; round < 90; round++) {
      for (let count = below(8); count > 0; count--) publish();
      const at = below(2);
      const process = processes[at];
      const event = random();
      // A replaced process is not stopped: what it still has under way goes on, as a rival.
      if (process === undefined || process.failure !== undefined || event < 0.05)
        processes[at] = await begin();
      else if (event < 0.1) process.consumer.rebalance();
      else if (event < 0.13) await process.ingestion.finish().catch(() => {});
      else await process.consumer.fetch(below(3), 1 + below(12));
      if (random() < 0.3) await pause(below(4));
    }

    calm = true;
    await pause(30);
    const last = await start(broker, storages);
    for (let pass = 0; pass < 25; pass++) {
      for (const partition of [0, 1, 2]) await last.consumer.fetch(partition, 50);
    }
    await last.ingestion.finish();
    await pause(30);
    expect(last.failure).toBeUndefined();
    const { rows, dead, next } = await contents(storages);
    expect(rows).toEqual(expected.sort());
    expect(dead).toEqual(expectedDead.sort());
    expect(next).toEqual(
      Object.fromEntries(
        broker.partitions.map((messages, partition) => [
          `kafka-iot-sim-lake:t:${partition}`,
          messages.length,
        ]),
      ),
    );
  },
);
