import { Acknowledgements } from "./acknowledgements";
import type { SensorLife } from "./life";
import type { TopicReading } from "./reading";

/** One life of a device: what was read of all of its sensors. */
export class DeviceLife {
  /** Messages, without those that are there once too often. */
  read = 0;
  /** Observations that are missing in the topic. */
  missing = 0;
  readonly acknowledgements = new Acknowledgements();

  /** How many of its sensors are kept. */
  sensors = 0;

  constructor(
    readonly device: DeviceRecord,
    readonly boot: number,
  ) {}

  /** How many of the missing may have been acknowledged: what was dropped leaves the same gaps, and never was. */
  get missingAcknowledged(): number {
    const { own } = this.device;
    return Math.max(0, this.missing - (own?.boot === this.boot ? own.dropped : 0));
  }

  /** Messages that were acknowledged, are in no topic, and leave no gap. */
  get lostAcknowledged(): number {
    return this.acknowledgements.lostBeside(this.missingAcknowledged);
  }
}

/** What a device says of itself in its present life. */
export interface OwnCounts {
  boot: number;
  produced: number;
  acknowledged: number;
  dropped: number;
}

/** The lives of one sensor that are kept. */
export interface SensorRecord {
  /** By boot, the newest last. */
  readonly lives: SensorLife[];
  /** Of this boot and earlier ones nothing is kept any more. */
  forgottenUpTo: number;
}

/** Messages and rows of one device. */
export class DeviceRecord {
  readonly sensors = new Map<string, SensorRecord>();
  private readonly byBoot = new Map<number, DeviceLife>();
  own: OwnCounts | undefined;
  inTopic = 0;
  /** Of {@link inTopic}, without those that are there once too often, or are no observation's. */
  read = 0;
  /** Observations that are missing in the topic, and messages that are there too often. */
  missing = 0;
  repeated = 0;
  /** Messages that brokers acknowledged and that are in no topic. */
  lostAcknowledged = 0;
  rows = 0;
  deadLetters = 0;

  constructor(
    readonly name: string,
    readonly topic: TopicReading,
  ) {}

  life(boot: number): DeviceLife {
    let life = this.byBoot.get(boot);
    if (life === undefined) {
      life = new DeviceLife(this, boot);
      this.byBoot.set(boot, life);
    }
    return life;
  }

  get lives(): Iterable<DeviceLife> {
    return this.byBoot.values();
  }

  /** A life is over for good, and all that there was to say of it is said. */
  forget(life: DeviceLife): void {
    this.byBoot.delete(life.boot);
  }

  /** In this life by its own count, in all others by what was read. */
  get produced(): number {
    return this.withOwn("produced");
  }

  get acknowledged(): number {
    return this.withOwn("acknowledged");
  }

  private withOwn(which: "produced" | "acknowledged"): number {
    if (this.own === undefined) return this.read;
    const ofThisLife = this.byBoot.get(this.own.boot)?.read ?? 0;
    // What was read was made and acknowledged, also where the device has ended before it could say so.
    return this.read - ofThisLife + Math.max(this.own[which], ofThisLife);
  }
}
