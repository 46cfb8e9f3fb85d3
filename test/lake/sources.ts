import { expect, it } from "vitest";
import { differences } from "../support/lake-contents";
import type { LakeSite, MakeSite } from "../support/lake-site";
import { MessageMaker } from "../support/messages";
import type { StoredMessage } from "../support/topic";

const newIncarnation = { LAKE_ON_LOST_OFFSETS: "new-lineage" };
type Messages = ReadonlyMap<string, StoredMessage>;

async function expectHolds(site: LakeSite, fed: Readonly<Record<string, Messages>>): Promise<void> {
  expect(differences(await site.contents(), fed)).toEqual([]);
}

/** Sends messages, and waits until a running lake has stored them. @returns all messages of the topic */
async function feed(
  site: LakeSite,
  maker: MessageMaker,
  count: number,
  tableTopic?: string,
): Promise<Messages> {
  await site.topic.send(maker.make(count));
  await site.caughtUp(tableTopic);
  return site.topic.read();
}

export function testSources(makeSite: MakeSite): void {
  it("stops for a topic that was recreated while it was away, and continues as a new incarnation if configured", async () => {
    const site = await makeSite("anew");
    const maker = new MessageMaker(7, 60);
    const lake = site.start();
    const former = await feed(site, maker, 300);
    await lake.stop();
    await site.topic.makeAnew();
    await site.topic.send(maker.make(600));
    expect(await site.start().failure()).toEqual([expect.stringMatching(madeAnew("anew", "anew#2"))]);
    await expectHolds(site, { anew: former });

    site.start(newIncarnation);
    await site.caughtUp("anew#2");
    await expectHolds(site, { anew: former, "anew#2": await site.topic.read() });
  });

  it("stops for a topic that is recreated while it runs, and continues as a new incarnation if configured", async () => {
    const site = await makeSite("swapped");
    const maker = new MessageMaker(8, 60);
    const stopping = site.start();
    const first = await feed(site, maker, 300);
    await site.topic.makeAnew();
    await site.topic.send(maker.make(600));
    expect(await stopping.failure()).toEqual([expect.stringMatching(madeAnew("swapped", "swapped#2"))]);
    await expectHolds(site, { swapped: first });

    const lake = site.start(newIncarnation);
    await site.caughtUp("swapped#2");
    const second = await site.topic.read();
    await site.topic.makeAnew();
    const third = await feed(site, maker, 900, "swapped#3");
    await lake.stop();
    await expectHolds(site, { swapped: first, "swapped#2": second, "swapped#3": third });
  });

  it.each([
    ["while it was away", "away"],
    ["while it was too slow", "slow"],
  ])(
    "reports how many messages were lost unread %s, and continues as a new incarnation if configured",
    async (_, name) => {
      const site = await makeSite(name);
      const maker = new MessageMaker(9, 60);
      let lake = site.start();
      await feed(site, maker, 300);
      if (name === "slow") lake.signal("SIGSTOP");
      else await lake.stop();
      // Some of the first messages may be in the answer to a fetch from before it was stopped.
      await site.topic.send(maker.make(300));
      await site.topic.send(maker.make(300));
      const sent = await site.topic.read();
      await site.topic.dropBefore(0, 250);
      if (name === "slow") lake.signal("SIGCONT");
      else lake = site.start();
      const errors = await lake.failure();
      const next = await site.nextOffsets();
      const [unread, read] = [next.get(0) ?? 0, splitAt(sent, next)[0]];
      expect(unread).toBeLessThanOrEqual(200);
      expect(errors).toEqual([
        `topic "${name}" partition 0 starts at offset 250, but the table holds it only up to ${unread}: ` +
          `the topic lost ${250 - unread} unread messages. ${remedy(`${name}#2`)}`,
      ]);
      await expectHolds(site, { [name]: read });

      site.start(newIncarnation);
      await site.caughtUp(`${name}#2`);
      const left = splitAt(await site.topic.read(), next)[1];
      await expectHolds(site, { [name]: read, [`${name}#2`]: left });
    },
  );
}

/** Messages before some offsets, and those from there on. */
function splitAt(messages: Messages, next: ReadonlyMap<number, number>): [Messages, Messages] {
  const isBefore = ({ partition, offset }: StoredMessage) => offset < (next.get(partition) ?? 0);
  const entries = [...messages];
  return [
    new Map(entries.filter(([, message]) => isBefore(message))),
    new Map(entries.filter(([, message]) => !isBefore(message))),
  ];
}

function madeAnew(topic: string, next: string): RegExp {
  const id = "[\\w-]{22}";
  return new RegExp(
    `^topic "${topic}" was deleted and created again: its id is ${id}, but the rows in the table are from ${id}\\. ${remedy(next)}$`,
  );
}

function remedy(next: string): string {
  return (
    `Nothing was written. To keep the table's rows and go on with what Kafka has now, as "${next}" in the table, run ` +
    "`pulumi config set --path lake.onLostOffsets new-incarnation` and `pulumi up`; or give the lake a new table"
  );
}
