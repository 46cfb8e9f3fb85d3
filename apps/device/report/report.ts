import type { FaultType } from "../../../contract/models/faults";
import type { Lateness } from "./lateness";
import { faultNames } from "../simulate/faults/sensor-faults";
import type { Fleet } from "../simulate/fleet";

/** What a device, or a container of them, has done in this life; the last line that it prints. */
export interface DeviceReport {
  /** The name of the device, or that of its container. */
  readonly device: string;
  readonly boot: number;
  readonly devices: number;
  readonly sensors: number;
  /** Observations that were made, those included that declared faults have lost. */
  readonly observed: number;
  /** Messages handed to the brokers, acknowledged by them, and dropped because too many waited. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly dropped: number;
  /** Messages that were neither acknowledged nor dropped by the end. */
  readonly waiting: number;
  /** Observations that were not made because the device did not run at their time. */
  readonly skipped: number;
  /** Observations that declared faults have struck, by kind of fault and name of sensor. Those of `missing` and of `offline` devices that lose have no message, a `duplicate` has two. */
  readonly faults: Readonly<Partial<Record<FaultType, Readonly<Record<string, number>>>>>;
  /** Observations that have no message, as declared. */
  readonly declaredLost: number;
  /** Messages beside an observation's own, as declared. */
  readonly declaredDuplicates: number;
  /** How late live observations were made; null if there was none. */
  readonly tickLatenessMs: {
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
}

/** Counts what a fleet does. */
export class Tally {
  observed = 0;
  skipped = 0;
  declaredLost = 0;
  declaredDuplicates = 0;
  /** By kinds of faults and place of the sensor. */
  private readonly struck = new Map<number, number[]>();

  constructor(private readonly fleet: Fleet) {}

  /** Declared faults of these kinds have struck an observation. */
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
