import { expect, it } from "vitest";
import type { LakeFaultPoint } from "../../apps/consumers/lake/threads";
import type { LakeThread } from "../support/fault";
import type { MakeSite } from "../support/lake-site";
import { Load } from "../support/topic";
import { MessageMaker } from "../support/messages";

const perSecond = 600;
const reading = / reading \S+\/\d from /;

export function testGroups(makeSite: MakeSite): void {
  it("shares one table while members join, leave and are killed under load", async () => {
    const site = await makeSite("three");
    const load = Load.start(site.topic, new MessageMaker(4, perSecond), perSecond);
    const start = (name: string) => site.start({ CONSUMER_NAME: name });
    const first = start("lake");
    await first.prints(reading);
    const [second, third] = [start("lake-2"), start("lake-3")];
    // Three partitions for three lakes.
    await Promise.all([second.prints(reading), third.prints(reading)]);
    await third.stop();
    await second.kill();
    const again = start("lake-2");
    await again.prints(reading);
    const killed = { thread: "main", point: "before log link", passing: 2, signal: "SIGKILL" } as const;
    await site.start({ CONSUMER_NAME: "lake-3" }, killed).expectKilled();
    await start("lake-3").prints(reading);
    await first.stop();
    await load.stop();
    await site.caughtUp();
    await site.expectExact();
  });

  const moments: readonly (readonly [LakeThread, LakeFaultPoint, number])[] = [
    ["main", "before log link", 7],
    ["main", "before log link", 8],
    ["writer", "after data file fsync", 12],
  ];
  it.each(moments)(
    "hands over partitions in the middle of a flush: %s, %s, passing %i",
    async (...moment) => {
      const [thread, point, passing] = moment;
      const site = await makeSite(`away-${thread}-${passing}`);
      const load = Load.start(site.topic, new MessageMaker(5, perSecond), perSecond);
      const slow = site.start({}, { thread, point, passing, signal: "SIGSTOP" });
      await slow.expectStopped();
      // It has the name of the stopped lake, and takes that one's place in the group.
      const successor = site.start();
      await site.caughtUp();
      const before = slow.output.length;
      slow.signal("SIGCONT");
      await slow.prints(/ another lake consumer has written | version \d+: /, before);
      await load.stop();
      await site.caughtUp();
      await Promise.all([slow.stop(), successor.stop()]);
      await site.expectExact();
      expect(slow.output).toContain(" another lake consumer has written ");
    },
  );
}
