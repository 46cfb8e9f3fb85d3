import type { DeviceCounts } from "../../../contract/metrics";
import type { Fleet } from "../simulate/fleet";

/** Devices of messages, one a message, in a growing column. */
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

  /** Adds one to its device's count for each message. */
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
 * Counts messages by device. At every moment that others can see, what a device has produced is what was acknowledged, what was
 * dropped, and what waits.
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

  /** All counts so far, as devices tell them. */
  get report(): DeviceCounts {
    return {
      boot: this.fleet.boot,
      produced: [...this.producedCounts],
      acknowledged: [...this.acknowledgedCounts],
      dropped: [...this.droppedCounts],
    };
  }
}
