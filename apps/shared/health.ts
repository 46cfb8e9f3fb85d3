import type { HealthReport } from "../../contract/metrics";
import { stalledAfterMs } from "./stall-watch";
import { showDuration } from "./text";

/** One line that says what is wrong, or nothing while all is well. */
export type HealthCheck = () => string | undefined;

/**
 * Whether an app does its work. It is looked at whenever somebody asks, so that what was wrong and is not any more leaves no trace.
 */
export class Health {
  private hasBegun = false;
  private failure: string | undefined;
  private readonly startedMs: number;
  private readonly waits = new Set<HealthCheck>();
  private readonly checks: HealthCheck[] = [];

  /** @param now a clock that nobody sets, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.startedMs = now();
  }

  /** The app has begun its work, unless one of those that it waits for says otherwise. */
  healthy(): void {
    this.hasBegun = true;
  }

  /** The app has not begun its work before this had nothing to say once. */
  waitFor(missing: HealthCheck): void {
    this.waits.add(missing);
  }

  /** From now on the app is healthy only while this has nothing to say. */
  check(complaint: HealthCheck): void {
    this.checks.push(complaint);
  }

  /** The app cannot go on, and is about to end. */
  failed(reason: string): void {
    this.failure ??= reason;
  }

  report(): HealthReport {
    if (this.failure !== undefined) return { status: "sick", reason: this.failure };
    const complaints = this.checks.flatMap((complaint) => complaint() ?? []);
    const missing = this.missing();
    if (missing !== undefined) {
      const tookMs = this.now() - this.startedMs;
      if (tookMs < stalledAfterMs) return { status: "starting", reason: complaints.join("; ") || missing };
      const late = `${missing}, ${showDuration(tookMs)} after its start`;
      return { status: "sick", reason: complaints.join("; ") || late };
    }
    return complaints.length === 0
      ? { status: "healthy" }
      : { status: "sick", reason: complaints.join("; ") };
  }

  /** What it takes before the app has begun; undefined once it has. */
  private missing(): string | undefined {
    if (!this.hasBegun) return "it has not begun its work yet";
    for (const wait of this.waits) {
      const missing = wait();
      if (missing !== undefined) return missing;
      this.waits.delete(wait);
    }
    return undefined;
  }
}
