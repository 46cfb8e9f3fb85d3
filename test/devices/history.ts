import { expect, it } from "vitest";
import { dayMs, minuteMs } from "../../contract/values/fields";
import { eventually } from "../support/command";
import { type DeviceBroker, messageCount, type DeviceProcess } from "../support/device-broker";
import { bySensor, digestOf, readObservations, timesOf } from "../support/observations";
import type { Topic } from "../support/topic";

const deviceCount = 2_000;
/** One sensor of each kind of state: one depends on the value before, one on dwell times. */
const sensors = [
  { name: "load", interval: 10 * minuteMs, model: { type: "walk" as const, mean: 20, deviation: 5 } },
  {
    name: "mode",
    interval: 15 * minuteMs,
    model: {
      type: "states" as const,
      states: [
        { name: "idle", value: 0, dwell: 30 * minuteMs },
        { name: "busy", value: 1, dwell: 10 * minuteMs },
      ],
    },
  },
];
const observationsOfDay = deviceCount * sensors.reduce((sum, { interval }) => sum + dayMs / interval, 0);
/** Yesterday, so that the history is over soon after the end of that day. */
const fromMs = Math.floor(Date.now() / dayMs - 1) * dayMs;
const day = [new Date(fromMs).toISOString(), new Date(fromMs + dayMs).toISOString()] as const;

export function testHistory(makeBroker: () => DeviceBroker): void {
  const fleet = (
    topic: Topic,
    run: { readonly first?: number; readonly count: number; readonly rate?: number },
  ) =>
    makeBroker().device(topic, {
      DEVICE_NAME: "meter",
      DEVICE_FIRST_NUMBER: run.first,
      DEVICE_COUNT: run.count,
      DEVICE_SHARES_TOPIC: true,
      DEVICE_SENSORS: sensors,
      DEVICE_SEED: "seed of the test",
      DEVICE_BACKFILL_FROM_MS: fromMs,
      DEVICE_MAX_RATE: run.rate,
    });
  const isLive = async (devices: readonly DeviceProcess[]) => {
    for (const device of devices)
      await eventually(`history is made; the device says:\n${device.output}`, 120_000, () =>
        Promise.resolve(device.output.includes("live from now on") || undefined),
      );
  };
  const digest = (topic: Topic) => digestOf(makeBroker().bootstrapServers, topic.name, day);

  it("make the same day in one process, in three, and in one that is killed repeatedly", async () => {
    const one = await makeBroker().topic("one-process");
    const alone = fleet(one, { count: deviceCount });
    await isLive([alone]);
    await alone.stop();
    const expected = await digest(one);
    expect(expected.count).toBe(observationsOfDay);

    const three = await makeBroker().topic("three-processes");
    const parts = [1, 668, 1_335].map((first) =>
      fleet(three, { first, count: Math.min(667, deviceCount + 1 - first) }),
    );
    await isLive(parts);
    await Promise.all(parts.map((part) => part.stop()));
    expect(await digest(three)).toEqual(expected);

    const killed = await makeBroker().topic("killed");
    for (const share of [0.1, 0.4, 0.7]) {
      const device = fleet(killed, { count: deviceCount, rate: 60_000 });
      await eventually(`${share} of the day is there`, 60_000, async () =>
        (await messageCount(killed)) >= share * observationsOfDay ? true : undefined,
      );
      await device.kill();
      expect(await messageCount(killed)).toBeLessThan((share + 0.25) * observationsOfDay);
    }
    const last = fleet(killed, { count: deviceCount });
    await isLive([last]);
    await last.stop();
    expect(await digest(killed)).toEqual(expected);
  });

  it("continue live without gap or overlap, whatever was killed meanwhile", async () => {
    const topic = await makeBroker().topic("gapless");
    const lengthMs = 10 * minuteMs;
    const start = (rate?: number) =>
      makeBroker().device(topic, {
        DEVICE_NAME: "meter",
        DEVICE_COUNT: 20,
        DEVICE_SHARES_TOPIC: true,
        DEVICE_SENSORS: [
          { name: "second", interval: 1_000 },
          { name: "third", interval: 3_000 },
        ],
        DEVICE_BACKFILL_MS: lengthMs,
        DEVICE_MAX_RATE: rate,
      });
    const perSecond = 20 * (1 + 1 / 3);
    const sendsLive = async (seconds: number) => {
      const wanted = (await messageCount(topic)) + seconds * perSecond;
      await eventually(`devices send ${seconds} s of live observations`, 60_000, async () =>
        (await messageCount(topic)) >= wanted ? true : undefined,
      );
    };
    const began = Date.now();
    const first = start(4_000);
    await eventually("a third of the history is there", 30_000, async () =>
      (await messageCount(topic)) > 5_000 ? true : undefined,
    );
    await first.kill();
    const second = start();
    await isLive([second]);
    await sendsLive(3);
    await second.kill();
    const third = start();
    await isLive([third]);
    await sendsLive(5);
    await third.stop();
    const ended = Date.now();

    const series = bySensor(await readObservations(makeBroker().bootstrapServers, topic.name));
    expect(series.size).toBe(40);
    const starts = new Set<number>();
    for (const [sensor, values] of series) {
      const intervalMs = sensor.endsWith("second") ? 1_000 : 3_000;
      const times = timesOf(values);
      const [earliest = 0, latest = 0] = [times[0], times.at(-1)];
      expect(times, sensor).toEqual(times.map((_, index) => earliest + index * intervalMs));
      expect(Math.abs(began - lengthMs - earliest), sensor).toBeLessThan(15_000);
      expect(latest, sensor).toBeGreaterThan(ended - intervalMs - 2_000);
      expect(new Set(values.map(({ boot }) => boot)).size, sensor).toBe(3);
      starts.add(earliest);
    }
    expect(starts.size).toBeLessThanOrEqual(2);
  });

  it("continue fast time where it was when they were killed", async () => {
    const topic = await makeBroker().topic("fast");
    const speed = 60;
    const start = () =>
      makeBroker().device(topic, {
        DEVICE_NAME: "fast",
        DEVICE_SENSORS: [{ name: "minutely", interval: 10_000 }],
        DEVICE_SPEED: speed,
      });
    const began = Date.now();
    let device = start();
    for (const share of [30, 60]) {
      await eventually(`${share} messages`, 60_000, async () =>
        (await messageCount(topic)) >= share ? true : undefined,
      );
      await device.kill();
      device = start();
    }
    await eventually("90 messages", 60_000, async () =>
      (await messageCount(topic)) >= 90 ? true : undefined,
    );
    await device.stop();
    const elapsedMs = Date.now() - began;

    const messages = await readObservations(makeBroker().bootstrapServers, topic.name);
    const times = timesOf(messages.flatMap(({ value }) => value ?? []));
    const [earliest = 0, latest = 0] = [times[0], times.at(-1)];
    expect(times).toEqual(times.map((_, index) => earliest + index * 10_000));
    expect(earliest).toBeGreaterThanOrEqual(began);
    // Fast time does not pass while nothing runs.
    expect(latest - earliest).toBeLessThan(elapsedMs * speed);
    expect(latest).toBeGreaterThan(began + elapsedMs);
  });
}
