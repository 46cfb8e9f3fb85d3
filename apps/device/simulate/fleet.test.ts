import { describe, expect, it } from "vitest";
import { fleetOf, midnightMs, stepUntil } from "../testing/streams";
import { type RecordedMessage, RecordingSink } from "../testing/recording-sink";

const sensors = [
  { name: "power", jitter: 900, faults: [{ type: "missing" as const, probability: 0.3 }] },
  { name: "voltage", interval: 2_000 },
];
const faults = [{ type: "clock-skew" as const, ahead: 10, probability: 0.3 }];

/** The observations of these devices within a minute and a half, by device and sensor. */
function observedBy(devices: readonly string[], seed = "seed"): Map<string, RecordedMessage[]> {
  const fleet = fleetOf({ devices, sensors, faults, seed });
  const sink = new RecordingSink();
  for (const stream of fleet.makeStreams(sink)) {
    stream.startAt(midnightMs);
    stepUntil(stream, midnightMs + 90_000);
  }
  return Map.groupBy(
    sink.messages,
    ({ sensor }) => `${devices[fleet.deviceOf(sensor)]} ${sensors[fleet.sensorOf(sensor)]?.name}`,
  );
}

const times = (messages: readonly RecordedMessage[] | undefined) =>
  messages?.map(({ timestampMs, kinds }) => [timestampMs, ...kinds]);

describe("a fleet", () => {
  it("numbers its sensors device by device, and knows their keys", () => {
    const fleet = fleetOf({ devices: ["m-1", "m-2"], sensors, sharesTopic: true });
    expect(fleet.keys.map(String)).toEqual(["m-1/power", "m-1/voltage", "m-2/power", "m-2/voltage"]);
    expect([0, 1, 2, 3].map((sensor) => [fleet.deviceOf(sensor), fleet.sensorOf(sensor)])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(fleetOf({ sensors }).keys.map(String)).toEqual(["power", "voltage"]);
    expect(fleet.observationsPerSecond).toBe(3);
    expect(fleet.makeStreams(new RecordingSink()).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  it("observes the same in any containers, and something else with another seed", () => {
    const together = observedBy(["m-1", "m-2", "m-3"]);
    const alone = observedBy(["m-2"]);
    expect(times(together.get("m-2 power"))).toEqual(times(alone.get("m-2 power")));
    expect(times(together.get("m-2 voltage"))).toEqual(times(alone.get("m-2 voltage")));
    expect(times(alone.get("m-2 power"))).not.toEqual(times(observedBy(["m-2"], "other").get("m-2 power")));
  });

  it("has different jitter for each sensor of each device", () => {
    const fleet = fleetOf({
      devices: ["m-1", "m-2"],
      sensors: ["a", "b"].map((name) => ({ name, jitter: 900 })),
    });
    const sink = new RecordingSink();
    for (const stream of fleet.makeStreams(sink)) {
      stream.startAt(midnightMs);
      stepUntil(stream, midnightMs + 10_000);
    }
    const jitters = [0, 1, 2, 3].map((index) =>
      sink.messages
        .filter(({ sensor }) => sensor === index)
        .map(({ timestampMs, seq }) => timestampMs - midnightMs - seq * 1_000)
        .join(" "),
    );
    expect(new Set(jitters).size).toBe(4);
  });

  it("applies the faults of a device to all of its sensors at once, and those of a sensor to that sensor", () => {
    const lossy = { type: "missing" as const, probability: 0.3 };
    const strikes = (settings: Parameters<typeof fleetOf>[0]) => {
      const sink = new RecordingSink();
      for (const stream of fleetOf({ devices: ["m-1", "m-2"], ...settings }).makeStreams(sink)) {
        stream.startAt(midnightMs);
        stepUntil(stream, midnightMs + 30_000);
      }
      return [0, 1, 2, 3].map((index) =>
        sink.strikes
          .filter(({ sensor }) => sensor === index)
          .map(({ seq }) => seq)
          .join(" "),
      );
    };
    const [first, second, third, fourth] = strikes({ sensors: ["a", "b"], faults: [lossy] });
    expect([first, third]).toEqual([second, fourth]);
    expect(first).not.toBe(third);
    const own = strikes({ sensors: ["a", "b"].map((name) => ({ name, faults: [lossy] })) });
    expect(new Set(own).size).toBe(4);
  });
});
