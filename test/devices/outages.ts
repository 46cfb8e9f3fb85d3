import { expect, it } from "vitest";
import type { KeptWhenFull } from "../../contract/environment/device";
import { eventually } from "../support/command";
import { docker } from "../support/docker";
import { type DeviceBroker, messageCount } from "../support/device-broker";
import { bySensor, type ObservedValue, readObservations, timesOf } from "../support/observations";

const intervalMs = 100;
const sensors = Array.from({ length: 5 }, (_, index) => ({ name: `s${index}`, interval: intervalMs }));
const perSecond = (sensors.length * 1_000) / intervalMs;
const limit = 100;
const bufferMs = (limit / perSecond) * 1_000;
/** Longer than the buffer lasts, and shorter than a client waits for an answer, so that every request is answered in the end. */
const outageMs = 6_000;

interface Outage {
  readonly beganMs: number;
  readonly endedMs: number;
}

export function testOutages(makeBroker: () => DeviceBroker): void {
  it.each<KeptWhenFull>(["newest", "oldest"])(
    "drop what their buffer has no room for, count it, and keep the %s",
    async (keep) => {
      const broker = makeBroker();
      const topic = await broker.topic(`keeps-${keep}`);
      const sends = (more: number) =>
        eventually("it sends", 30_000, async () => ((await messageCount(topic)) >= more ? true : undefined));
      const device = broker.device(topic, {
        DEVICE_NAME: "small",
        DEVICE_SENSORS: sensors,
        DEVICE_BUFFER_LIMIT: limit,
        DEVICE_BUFFER_KEEPS: keep,
      });
      await sends(perSecond);
      const outage = await interrupt(broker);
      await sends((await messageCount(topic)) + limit + perSecond);
      const report = await device.stop();

      const messages = await readObservations(broker.bootstrapServers, topic.name);
      expect(report.dropped).toBeGreaterThan(perSecond);
      expect(report).toMatchObject({
        sent: messages.length,
        acknowledged: messages.length,
        observed: messages.length + report.dropped,
        declaredLost: 0,
        skipped: 0,
      });
      const dropped = [...bySensor(messages).values()].map((values) => droppedOf(values, keep, outage));
      expect(dropped).toHaveLength(sensors.length);
      expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(report.dropped);
    },
  );

  it("send everything that they have observed before they end", async () => {
    const broker = makeBroker();
    const topic = await broker.topic("flushed");
    const device = broker.device(topic, {
      DEVICE_NAME: "busy",
      DEVICE_COUNT: 500,
      DEVICE_SHARES_TOPIC: true,
      DEVICE_SENSORS: [{ name: "s", interval: intervalMs }],
    });
    await eventually("it sends", 30_000, async () =>
      (await messageCount(topic)) > 5_000 ? true : undefined,
    );
    const report = await device.stop();
    const messages = await readObservations(broker.bootstrapServers, topic.name);
    expect(report).toMatchObject({
      device: "busy",
      devices: 500,
      observed: messages.length,
      sent: messages.length,
      acknowledged: messages.length,
      dropped: 0,
      faults: {},
    });
    for (const values of bySensor(messages).values())
      expect(values.map(({ seq }) => seq)).toEqual(values.map((_, index) => index));
  });
}

async function interrupt(broker: DeviceBroker): Promise<Outage> {
  const beganMs = Date.now();
  await docker("pause", broker.container("broker-1"));
  try {
    await new Promise((resolve) => setTimeout(resolve, outageMs));
  } finally {
    await docker("unpause", broker.container("broker-1"));
  }
  return { beganMs, endedMs: Date.now() };
}

/** How many observations of a sensor were dropped. Fails unless they are one piece at the expected end of the buffer. */
function droppedOf(values: readonly ObservedValue[], keep: KeptWhenFull, outage: Outage): number {
  const times = timesOf(values);
  const gaps = values.flatMap((value, at) => {
    const before = values[at - 1];
    const count = before === undefined ? 0 : value.seq - before.seq - 1;
    return count === 0 ? [] : [{ count, fromMs: times[at - 1] ?? 0, untilMs: times[at] ?? 0 }];
  });
  expect(gaps).toHaveLength(1);
  const [{ count, fromMs, untilMs } = { count: 0, fromMs: 0, untilMs: 0 }] = gaps;
  // Numbers continue while nothing is sent.
  expect(untilMs - fromMs).toBe((count + 1) * intervalMs);
  if (keep === "newest") expect(outage.endedMs - untilMs).toBeGreaterThan(bufferMs / 2);
  else expect(fromMs - outage.beganMs).toBeGreaterThan(bufferMs / 2);
  return count;
}
