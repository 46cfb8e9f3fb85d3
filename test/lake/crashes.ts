import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import type { LakeFaultPoint } from "../../apps/consumers/lake/threads";
import type { LakeThread } from "../support/fault";
import type { MakeSite } from "../support/lake-site";
import { Load } from "../support/topic";
import { MessageMaker, randomFrom } from "../support/messages";

const perSecond = 600;
/** A second brings a minute of observations, so that there are closed minutes to compact. */
const perMinute = perSecond;

const steps: readonly (readonly [LakeThread, LakeFaultPoint])[] = [
  ["main", "before log link"],
  ["main", "after log link"],
  ["writer", "before data file fsync"],
  ["writer", "after data file fsync"],
  ["main", "before Kafka commit"],
  ["main", "after Kafka commit"],
  ["maintenance", "before checkpoint rename"],
  ["maintenance", "after checkpoint rename"],
  ["maintenance", "before data file fsync"],
  ["maintenance", "after data file fsync"],
  ["maintenance", "before log link"],
  ["maintenance", "after log link"],
  ["maintenance", "before compaction commit"],
  ["maintenance", "after compaction commit"],
];

export function testCrashes(makeSite: MakeSite): void {
  it("has every message exactly once when killed before and after every step, early and later", async () => {
    const site = await makeSite("steps");
    const load = Load.start(site.topic, new MessageMaker(1, perMinute), perSecond);
    // At the first step, the killed lake has not even made its tables; the second passing belongs to the other table.
    for (const passing of [1, 2]) {
      for (const [thread, point] of steps) {
        await site.start({}, { point, thread, passing, signal: "SIGKILL" }).expectKilled();
      }
    }
    await load.stop();
    site.start();
    await site.caughtUp();
    await site.expectExact();
  });

  it("has every message exactly once when killed at any time", async () => {
    const site = await makeSite("anytime");
    const maker = new MessageMaker(2, perMinute);
    await site.topic.send(maker.make(5_000));
    const load = Load.start(site.topic, maker, perSecond);
    const random = randomFrom(2);
    for (let kill = 0; kill < 15; kill++) {
      const lake = site.start({ LAKE_FLUSH_ROWS: "50" });
      await lake.prints(/ reading anytime\//);
      await pause(random() * 800);
      await lake.kill();
    }
    await load.stop();
    site.start();
    await site.caughtUp();
    await site.expectExact();
  });

  it("continues from a log whose latest checkpoint is torn and whose pointer to it is garbage", async () => {
    const site = await makeSite("torn");
    const maker = new MessageMaker(3, perMinute);
    const feed = async () => {
      const lake = site.start();
      for (let round = 0; round < 5; round++) {
        await site.topic.send(maker.make(60));
        await site.caughtUp();
      }
      const checkpoint = await site.newestCheckpoint();
      await lake.stop();
      return checkpoint;
    };
    await feed();
    const { path, bytes } = await site.newestCheckpoint();
    await truncate(path, Math.floor(bytes / 2));
    await writeFile(join(path, "..", "_last_checkpoint"), "\u0000garbage");
    const healed = await feed();
    expect(healed.path > path).toBe(true);
    const { rows } = await site.expectExact();
    expect(rows.length).toBeGreaterThan(500);
  });
}
