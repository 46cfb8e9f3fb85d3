import type { HealthReport } from "./contract/metrics";

/** One line that says what is wrong, or nothing while all is well. */
export type HealthCheck = () => string | undefined;

/**
 * Whether an app does its work. It is looked at whenever somebody asks, so that what was wrong and is not any more leaves no trace.
 */
export class Health {
  private hasBegun = false;
  private readonly checks: HealthCheck[] = [];

  /** The app has begun its work. */
  healthy(): void {
    this.hasBegun = true;
  }

  /** From now on the app is healthy only while this has nothing to say. */
  check(complaint: HealthCheck): void {
    this.checks.push(complaint);
  }

  report(): HealthReport {
    const complaints = this.checks.flatMap((complaint) => complaint() ?? []);
    if (!this.hasBegun) {
      return { status: "starting", reason: complaints.join("; ") || "it has not begun its work yet" };
    }
    return complaints.length === 0
      ? { status: "healthy" }
      : { status: "sick", reason: complaints.join("; ") };
  }
}
