/** The part of a clock that devices need; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `work` once after `ms`, or after what else happens if that is 0; what it returns takes that back. */
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

/** The time that devices live in: the clock's, or one that runs faster from some moment on. */
export class DeviceTime {
  private readonly anchorMs: number;
  private readonly clockAnchorMs: number;

  /** @param fromMs what time it is for the devices at this moment; the clock's time if left out. */
  constructor(
    private readonly clock: Clock,
    private readonly speed: number,
    fromMs?: number,
  ) {
    this.clockAnchorMs = clock.now();
    this.anchorMs = fromMs ?? this.clockAnchorMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.anchorMs + (this.clock.now() - this.clockAnchorMs) * this.speed;
  }

  /** How long the clock takes for a time of the devices. */
  clockMs(deviceMs: number): number {
    return deviceMs / this.speed;
  }

  after(clockMs: number, work: () => void): () => void {
    return this.clock.after(clockMs, work);
  }
}
