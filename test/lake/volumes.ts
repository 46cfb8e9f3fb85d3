import { expect, it } from "vitest";
import { docker } from "../support/docker";
import type { LakeBroker } from "../support/lake-broker";
import { differences } from "../support/lake-contents";
import type { LakeSite } from "../support/lake-site";
import { LakeVolume } from "../support/lake-volume";
import { Load } from "../support/topic";
import { MessageMaker } from "../support/messages";

const perSecond = 600;

export function testVolumes(broker: () => LakeBroker): void {
  it("stops when the volume is full, with nothing half done, and continues when there is room", async () => {
    const { stack, program, network } = broker();
    const site = await broker().site("full");
    const volume = await LakeVolume.create(stack, "full", 16);
    await volume.fill(15);
    const environment = { ...site.environment, LAKE_RETENTION_MS: "3600000" };
    const lake = await volume.createLake({ program, environment, network });
    const load = Load.start(site.topic, new MessageMaker(13, perSecond), perSecond);
    await docker("start", lake);
    expect(await volume.failure(lake)).toEqual([
      expect.stringMatching(/^could not write .+: the volume is full: make room \(ENOSPC: .+\)$/),
    ]);
    await volume.copyTo(site.directory);
    await expectExactSoFar(site);

    await volume.makeRoom();
    await docker("start", lake);
    await load.stop();
    await volume.caughtUp(site);
    await docker("stop", "-t", "60", lake);
    await volume.copyTo(site.directory);
    await site.expectExact();
  });

  it("stops when its tables are on a read-only volume, and leaves them unchanged", async () => {
    const { stack, program, network } = broker();
    const site = await broker().site("read-only");
    const maker = new MessageMaker(14, perSecond);
    const volume = await LakeVolume.create(stack, "read-only", 16);
    const { environment } = site;
    const writing = await volume.createLake({ program, environment, network });
    await site.topic.send(maker.make(300));
    await docker("start", writing);
    await volume.caughtUp(site);
    await docker("stop", "-t", "60", writing);

    const before = await volume.list();
    await site.topic.send(maker.make(300));
    const reading = await volume.createLake({ program, environment, network, readOnly: true });
    await docker("start", reading);
    expect(await volume.failure(reading)).toEqual([
      expect.stringMatching(
        /^could not write data files: the volume is mounted read-only: mount it writable \(EROFS: .+\)$/,
      ),
    ]);
    expect(await volume.list()).toBe(before);
  });
}

/** Fails unless the table holds each message once up to its stored offsets, and no row beyond them. */
async function expectExactSoFar(site: LakeSite): Promise<void> {
  const next = await site.nextOffsets();
  const isBelow = (partition: number, offset: number) => offset < (next.get(partition) ?? 0);
  const { rows, deadLetters } = await site.contents();
  expect(rows.length).toBeGreaterThan(0);
  const messages = [...(await site.topic.read())];
  const found = {
    rows,
    // Dead letters are committed first, so some may be beyond.
    deadLetters: deadLetters.filter((row) => isBelow(row.kafka_partition, row.kafka_offset)),
  };
  const wanted = messages.filter(([, { partition, offset }]) => isBelow(partition, offset));
  expect(differences(found, { [site.topic.name]: new Map(wanted) })).toEqual([]);
}
