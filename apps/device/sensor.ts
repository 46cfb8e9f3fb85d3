import type { SensorSettings } from "../shared/contract/sensor";
import { messageKey, type Observation } from "../shared/contract/observation";
import type { Model } from "./models/model";
import type { Ticker } from "./schedule";

/** One observation, as small as it can wait in a buffer. */
export interface Observed {
  readonly sensor: Sensor;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly label: string | undefined;
}

/** What all sensors of a device have in common. */
export interface DeviceIdentity {
  readonly name: string;
  /** One life of the device: its start, in milliseconds since 1970. */
  readonly boot: number;
  readonly sharesTopic: boolean;
}

/** A sensor: observes at every tick, and numbers its observations from 0. */
export class Sensor implements Ticker {
  readonly name: string;
  readonly intervalMs: number;
  /** Key of its messages. */
  readonly key: string;
  private nextSeq = 0;

  constructor(
    private readonly device: DeviceIdentity,
    settings: SensorSettings,
    private readonly model: Model,
    private readonly onObserved: (observed: Observed) => void,
  ) {
    this.name = settings.name;
    this.intervalMs = settings.interval;
    this.key = messageKey(device.name, settings.name, device.sharesTopic);
  }

  onTick(boundaryMs: number): void {
    const [value, label] = [this.model.valueAt(boundaryMs), this.model.labelAt?.(boundaryMs)];
    this.onObserved({ sensor: this, seq: this.nextSeq++, timestampMs: boundaryMs, value, label });
  }

  /** The value of the Kafka message of an observation. */
  encode({ seq, timestampMs, value, label }: Observed): string {
    const observation: Observation = {
      device: this.device.name,
      sensor: this.name,
      boot: this.device.boot,
      seq,
      timestamp: new Date(timestampMs).toISOString(),
      value,
      ...(label === undefined ? {} : { label }),
    };
    return JSON.stringify(observation);
  }
}
