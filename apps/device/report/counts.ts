import type { FaultType } from "../../../contract/models/faults";
import type { DeviceCounts } from "../../../contract/metrics";
import { faultNames } from "../simulate/faults/sensor-faults";
import type { Fleet } from "../simulate/fleet";
import type { Lateness } from "./lateness";

/** The counts of a device, or of a container of devices, in this run; the last line that it prints. */
export interface DeviceReport {
  /** The name of the device or, with several devices, of their container. */
  readonly device: string;
  readonly boot: number;
  readonly devices: number;
  readonly sensors: number;
  /** Observations that were made, including those that declared faults have lost. */
  readonly observed: number;
  /** Messages that were sent to the brokers, acknowledged by them, and dropped because too many waited. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly dropped: number;
  /** Messages that were neither acknowledged nor dropped by the end. */
  readonly waiting: number;
  /** Observations that were not made because the device did not run at their time. */
  readonly skipped: number;
  /**
   * Observations that declared faults affected, by kind of fault and name of sensor. Faults of type `missing`, and of type `offline` that
   * lose observations, leave no message; a `duplicate` makes two.
   */
  readonly faults: Readonly<Partial<Record<FaultType, Readonly<Record<string, number>>>>>;
  /** Observations without a message, as declared. */
  readonly declaredLost: number;
  /** Second messages of observations, as declared. */
  readonly declaredDuplicates: number;
  /** How late live observations were made; null if there were none. */
  readonly tickLatenessMs: {
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
}

/** Counts the observations of a fleet, and the declared faults that affect them. */
export class Tally {
  observed = 0;
  skipped = 0;
  declaredLost = 0;
  declaredDuplicates = 0;
  /** By bits of the faults, how many observations of each sensor they affected. */
  private readonly struck = new Map<number, number[]>();

  constructor(private readonly fleet: Fleet) {}

  /** Counts an observation that declared faults of these kinds (`faultBits`) affect. */
  injected(sensor: number, kinds: number): void {
    let counts = this.struck.get(kinds);
    if (counts === undefined) {
      counts = this.fleet.sensors.map(() => 0);
      this.struck.set(kinds, counts);
    }
    const place = this.fleet.sensorOf(sensor);
    counts[place] = (counts[place] ?? 0) + 1;
  }

  report(
    name: string,
    delivery: { readonly sent: number; readonly acknowledged: number; readonly waiting: number },
    dropped: number,
    lateness: Lateness,
  ): DeviceReport {
    const { devices, sensors, boot } = this.fleet;
    return {
      device: name,
      boot,
      devices: devices.length,
      sensors: devices.length * sensors.length,
      observed: this.observed,
      sent: delivery.sent,
      acknowledged: delivery.acknowledged,
      dropped,
      waiting: delivery.waiting,
      skipped: this.skipped,
      faults: this.faults(),
      declaredLost: this.declaredLost,
      declaredDuplicates: this.declaredDuplicates,
      tickLatenessMs: {
        p50: lateness.quantile(0.5) ?? null,
        p99: lateness.quantile(0.99) ?? null,
        max: lateness.quantile(1) ?? null,
      },
    };
  }

  private faults(): DeviceReport["faults"] {
    const faults: Partial<Record<FaultType, Record<string, number>>> = {};
    for (const [kinds, counts] of this.struck) {
      for (const kind of faultNames(kinds)) {
        const bySensor = (faults[kind] ??= {});
        this.fleet.sensors.forEach(({ name }, place) => {
          const count = counts[place] ?? 0;
          if (count > 0) bySensor[name] = (bySensor[name] ?? 0) + count;
        });
      }
    }
    return faults;
  }
}

/** The device of each message of a batch, in a growing column. */
export class DevicesOfMessages {
  private devices = new Uint32Array(64);
  private length = 0;

  push(device: number): void {
    if (this.length === this.devices.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.devices);
      this.devices = grown;
    }
    this.devices[this.length++] = device;
  }

  /** Adds each message to the count of its device. */
  countInto(counts: Float64Array): void {
    const { devices, length } = this;
    for (let index = 0; index < length; index++) {
      const device = devices[index] ?? 0;
      counts[device] = (counts[device] ?? 0) + 1;
    }
  }

  clear(): void {
    this.length = 0;
  }
}

/**
 * Counts messages by device. Whenever the counts are read, the messages that a device has produced are those that were acknowledged,
 * those that were dropped, and those that wait.
 */
export class CountsByDevice {
  private readonly producedCounts: Float64Array;
  private readonly acknowledgedCounts: Float64Array;
  private readonly droppedCounts: Float64Array;

  constructor(private readonly fleet: Fleet) {
    const { length } = fleet.devices;
    this.producedCounts = new Float64Array(length);
    this.acknowledgedCounts = new Float64Array(length);
    this.droppedCounts = new Float64Array(length);
  }

  produced(sensor: number): void {
    const device = this.fleet.deviceOf(sensor);
    this.producedCounts[device] = (this.producedCounts[device] ?? 0) + 1;
  }

  dropped(sensor: number): void {
    const device = this.fleet.deviceOf(sensor);
    this.droppedCounts[device] = (this.droppedCounts[device] ?? 0) + 1;
  }

  acknowledged(messages: DevicesOfMessages): void {
    messages.countInto(this.acknowledgedCounts);
  }

  /** All counts so far, in the form of the contract. */
  get report(): DeviceCounts {
    return {
      boot: this.fleet.boot,
      produced: [...this.producedCounts],
      acknowledged: [...this.acknowledgedCounts],
      dropped: [...this.droppedCounts],
    };
  }
}
