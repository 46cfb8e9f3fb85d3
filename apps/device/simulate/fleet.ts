import type { DeviceFault } from "../../../contract/models/faults";
import { messageKey } from "../../../contract/messages/observation";
import type { SensorSettings } from "../../../contract/models/sensor";
import { type FaultSubject, SensorFaults } from "./faults/sensor-faults";
import { randomFor } from "./random";
import { type ObservationSink, type SensorSignal, SensorStream } from "./sensor-stream";

export interface FleetSettings {
  /** The names of the devices. */
  readonly devices: readonly string[];
  /** The sensors of each device. */
  readonly sensors: readonly SensorSettings[];
  readonly faults: readonly DeviceFault[];
  /** The seed of all random values. */
  readonly seed: string;
  /** Identifies this run of the devices: its start, in milliseconds since 1970. */
  readonly boot: number;
  readonly sharesTopic: boolean;
  /** The signals of a device's sensors, in their order. */
  readonly signalsOf: (device: string) => readonly SensorSignal[];
}

/**
 * The devices of one process, which all have the same sensors. Sensors are numbered through all devices: those of the first device come
 * before those of the second.
 */
export class Fleet {
  readonly devices: readonly { readonly name: string }[];
  readonly sensors: readonly SensorSettings[];
  readonly boot: number;
  /** The key of each sensor's messages, by the sensor's number. */
  readonly keys: readonly Uint8Array[];

  constructor(private readonly settings: FleetSettings) {
    this.devices = settings.devices.map((name) => ({ name }));
    this.sensors = settings.sensors;
    this.boot = settings.boot;
    this.keys = settings.devices.flatMap((device) =>
      settings.sensors.map((sensor) => Buffer.from(messageKey(device, sensor.name, settings.sharesTopic))),
    );
  }

  /** The index of a sensor's device in {@link devices}. */
  deviceOf(sensor: number): number {
    return Math.floor(sensor / this.sensors.length);
  }

  /** The index of a sensor in {@link sensors}. */
  sensorOf(sensor: number): number {
    return sensor % this.sensors.length;
  }

  /** Observations per second of the devices' own time. */
  get observationsPerSecond(): number {
    return this.devices.length * this.sensors.reduce((sum, { interval }) => sum + 1_000 / interval, 0);
  }

  /** The streams of all sensors, in the order of their numbers. */
  makeStreams(sink: ObservationSink): SensorStream[] {
    return this.devices.flatMap(({ name }, device) => {
      const signals = this.settings.signalsOf(name);
      return this.sensors.flatMap((sensor, place) => {
        const signal = signals[place];
        const index = device * this.sensors.length + place;
        return signal === undefined ? [] : [this.makeStream(index, name, sensor, signal, sink)];
      });
    });
  }

  private makeStream(
    index: number,
    device: string,
    sensor: SensorSettings,
    signal: SensorSignal,
    sink: ObservationSink,
  ): SensorStream {
    const { faults } = this.settings;
    const hasFaults = faults.length + sensor.faults.length > 0;
    return new SensorStream(
      {
        index,
        intervalMs: sensor.interval,
        precision: sensor.precision,
        signal,
        ...(sensor.jitter > 0 && { jitter: this.jitterOf(device, sensor) }),
        ...(hasFaults && { faults: (subject) => this.faultsOf(device, sensor, subject) }),
      },
      sink,
    );
  }

  private jitterOf(device: string, { name, jitter }: SensorSettings): (boundaryMs: number) => number {
    const random = randomFor(this.settings.seed, device, name, "jitter");
    return (boundaryMs) => Math.floor(random.uniform(boundaryMs) * jitter);
  }

  private faultsOf(device: string, sensor: SensorSettings, subject: FaultSubject): SensorFaults {
    const { seed, faults } = this.settings;
    return new SensorFaults(
      subject,
      { device: faults, sensor: sensor.faults },
      {
        device: (place) => randomFor(seed, device, "device fault", String(place)),
        sensor: (place) => randomFor(seed, device, sensor.name, "fault", String(place)),
      },
    );
  }
}
