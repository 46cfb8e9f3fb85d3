import { SensorSettings } from "../../../contract/models/sensor";
import { SensorFaults } from "../simulate/faults/sensor-faults";
import { Fleet, type FleetSettings } from "../simulate/fleet";
import { randomFor } from "../simulate/random";
import { type ObservationSink, type SensorSignal, SensorStream } from "../simulate/sensor-stream";
import type { DeviceFault, SensorFault } from "../../../contract/models/faults";

/** When the time of most tests begins: a midnight in UTC. */
export const midnightMs = Date.UTC(2026, 10, 23);

/** A sensor with default settings for everything that does not matter to a test. */
export interface StreamDescription {
  readonly seed?: string;
  readonly index?: number;
  readonly intervalMs: number;
  readonly jitterMs?: number;
  readonly precision?: number;
  readonly deviceFaults?: readonly DeviceFault[];
  readonly sensorFaults?: readonly SensorFault[];
  readonly signal?: SensorSignal;
}

/** A signal whose value is the time, so that a message shows which observation it is of. */
export const timeSignal: SensorSignal = { valueAt: (timeMs) => timeMs, labelAt: () => undefined };

export function streamOf(description: StreamDescription, sink: ObservationSink): SensorStream {
  const { intervalMs, jitterMs = 0, seed = "seed", signal = timeSignal } = description;
  const { deviceFaults = [], sensorFaults = [] } = description;
  const jitter = randomFor(seed, "jitter");
  return new SensorStream(
    {
      index: description.index ?? 0,
      intervalMs,
      precision: description.precision,
      signal,
      ...(jitterMs > 0 && {
        jitter: (boundaryMs: number) => Math.floor(jitter.uniform(boundaryMs) * jitterMs),
      }),
      ...(deviceFaults.length + sensorFaults.length > 0 && {
        faults: (subject) =>
          new SensorFaults(
            subject,
            { device: deviceFaults, sensor: sensorFaults },
            {
              device: (place) => randomFor(seed, "device", String(place)),
              sensor: (place) => randomFor(seed, "sensor", String(place)),
            },
          ),
      }),
    },
    sink,
  );
}

/** Makes all observations of a stream that are due up to a time. */
export function stepUntil(stream: SensorStream, untilMs: number): void {
  while (stream.dueMs <= untilMs) stream.step();
}

/** A fleet with default settings for everything that does not matter to a test. */
export function fleetOf({
  sensors = ["sensor_1"],
  ...settings
}: Partial<Omit<FleetSettings, "sensors">> & {
  readonly sensors?: readonly (string | object)[];
} = {}): Fleet {
  return new Fleet({
    devices: ["device-1"],
    faults: [],
    seed: "seed",
    boot: 1_795_392_000_000,
    sharesTopic: false,
    signalsOf: () => sensors.map(() => timeSignal),
    ...settings,
    sensors: sensors.map((sensor) =>
      SensorSettings.parse({ interval: 1_000, ...(typeof sensor === "string" ? { name: sensor } : sensor) }),
    ),
  });
}
