import type { DeviceFault, SensorFault } from "../../../contract/models/faults";
import { SensorFaults } from "../simulate/faults/sensor-faults";
import { randomFor } from "../simulate/random";
import { type ObservationSink, type SensorSignal, SensorStream } from "../simulate/sensor-stream";

/** The beginning of most tests' time: a midnight in UTC. */
export const midnightMs = Date.UTC(2026, 10, 23);

/** A sensor of which only what matters to a test is told. */
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

/** Shows the time as its value, so that a message tells which observation it is of. */
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

/** Makes whatever is due up to a time. */
export function stepUntil(stream: SensorStream, untilMs: number): void {
  while (stream.dueMs <= untilMs) stream.step();
}
