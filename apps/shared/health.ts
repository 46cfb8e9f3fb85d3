import type { HealthReport } from "../../contract/metrics";
import { stalledAfterMs } from "./stall-watch";
import { showDuration } from "./text";

/** Returns one line that says what is wrong, or undefined while all is well. */
export type HealthCheck = () => string | undefined;

/** Whether an app does its work. It is evaluated at each request, so a problem that is over leaves no trace. */
export class Health {
  private hasStarted = false;
  private failure: string | undefined;
  private readonly startedMs: number;
  private readonly waits = new Set<HealthCheck>();
  private readonly checks: HealthCheck[] = [];

  /** @param now a monotonic clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.startedMs = now();
  }

  /** The app has started its work, unless it still waits for something; see {@link waitFor}. */
  healthy(): void {
    this.hasStarted = true;
  }

  /** The app counts as starting until `missing` has returned undefined once. */
  waitFor(missing: HealthCheck): void {
    this.waits.add(missing);
  }

  /** From now on, the app is healthy only while `complaint` returns undefined. */
  check(complaint: HealthCheck): void {
    this.checks.push(complaint);
  }

  /** The app has failed, and is about to exit. */
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

  /** What the app still waits for before its work has started; undefined once it has. */
  private missing(): string | undefined {
    if (!this.hasStarted) return "it has not started its work yet";
    for (const wait of this.waits) {
      const missing = wait();
      if (missing !== undefined) return missing;
      this.waits.delete(wait);
    }
    return undefined;
  }
}
