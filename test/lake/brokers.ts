import { it } from "vitest";
import { docker } from "../support/docker";
import type { LakeBroker } from "../support/lake-broker";
import { Load } from "../support/topic";
import { MessageMaker } from "../support/messages";

const perSecond = 600;

export function testBrokers(broker: () => LakeBroker): void {
  it("continues when the broker is back, whether it was stopped or killed", async () => {
    const { container } = broker();
    const site = await broker().site("outages");
    const load = Load.start(site.topic, new MessageMaker(6, perSecond), perSecond);
    const lake = site.start();
    await lake.prints(/ version \d+: /);
    await docker("restart", "-t", "30", container);
    await site.caughtUp();
    await docker("kill", container);
    await docker("start", container);
    await site.caughtUp();
    await load.stop();
    await site.caughtUp();
    await lake.stop();
    await site.expectExact();
  });
}
