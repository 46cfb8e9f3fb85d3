/** The part of a clock that devices need. Tests have their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `work` once after `ms`, with 0 after the events that are pending. @returns a function that cancels the call */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(ms, work) {
    if (ms === 0) {
      const immediate = setImmediate(work);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** The time of the devices: the clock's time, or a time that runs faster from some moment on. */
export class DeviceTime {
  private anchorMs: number;
  private clockAnchorMs: number;

  /** The devices' time is the clock's at this moment. @param speed how many times faster than the clock it runs; at least 1 */
  constructor(
    private readonly clock: Clock,
    private readonly speed: number,
  ) {
    this.clockAnchorMs = clock.now();
    this.anchorMs = this.clockAnchorMs;
  }

  /** Sets the devices' time, in milliseconds since 1970. It goes on from there. */
  set(nowMs: number): void {
    this.clockAnchorMs = this.clock.now();
    this.anchorMs = nowMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.anchorMs + (this.clock.now() - this.clockAnchorMs) * this.speed;
  }

  /** How much time passes by the clock while `deviceMs` pass for the devices. */
  clockMs(deviceMs: number): number {
    return deviceMs / this.speed;
  }

  after(clockMs: number, work: () => void): () => void {
    return this.clock.after(clockMs, work);
  }
}
