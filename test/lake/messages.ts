import { expect, it } from "vitest";
import type { MakeSite } from "../support/lake-site";
import { MessageMaker } from "../support/messages";

/** Longer than any test. */
const farAwayMs = "3600000";

export function testMessages(makeSite: MakeSite): void {
  it("commits a single message of a quiet topic with no other after it", async () => {
    const site = await makeSite("quiet");
    const maker = new MessageMaker(10, 60);
    const lake = site.start();
    await lake.prints(/ reading quiet\//);
    // No later message triggers the commit, in any partition; and again after the first commit.
    for (let sent = 0; sent < 2; sent++) {
      await site.topic.send([maker.nextGood()]);
      await site.caughtUp();
    }
    await site.expectExact();
  });

  it("commits what it has read when it is stopped long before the interval", async () => {
    const site = await makeSite("ending");
    await site.topic.send(new MessageMaker(11, 60).make(550));
    const lake = site.start({ LAKE_FLUSH_INTERVAL_MS: farAwayMs, LAKE_FLUSH_ROWS: "100" });
    await lake.prints(/(?: version \d+: [^]*){5}/);
    await lake.stop();
    await site.expectExact();
  });

  it("puts a value of 5 MB into the table of dead letters, and continues", async () => {
    const site = await makeSite("large", { "max.message.bytes": "6000000" });
    const maker = new MessageMaker(12, 60);
    await site.topic.send([...maker.make(30), maker.nextLarge(5_000_000), ...maker.make(30)]);
    site.start();
    await site.caughtUp();
    const { deadLetters } = await site.expectExact();
    expect(deadLetters.filter(({ value }) => (value?.length ?? 0) > 5_000_000)).toHaveLength(1);
  });
}
