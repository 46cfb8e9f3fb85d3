import type { Condition, NodeFrame } from "../../../../contract/frames/frames";

/**
 * How something does, and since when: the time changes only when it becomes healthy, or ceases to be. What fails, starts and fails again
 * has not been healthy since the first time.
 */
export class ConditionRecord {
  private condition: Condition = "unknown";
  private wasLookedAt = false;
  private reason: string | undefined;
  private sinceMs: number;

  constructor(
    readonly name: string,
    private readonly now: () => number = Date.now,
  ) {
    this.sinceMs = now();
  }

  set(condition: Condition, reason?: string): void {
    const staysUnhealthy = this.wasLookedAt && condition !== "healthy" && this.condition !== "healthy";
    if (condition !== this.condition && !staysUnhealthy) this.sinceMs = this.now();
    this.wasLookedAt = true;
    this.condition = condition;
    this.reason = reason;
  }

  /** How long it has not been healthy, in milliseconds; 0 if it is, or was never looked at. */
  get unhealthyMs(): number {
    return this.wasLookedAt && this.condition !== "healthy" ? this.now() - this.sinceMs : 0;
  }

  get frame(): NodeFrame {
    const { name, condition, sinceMs, reason } = this;
    return { name, condition, sinceMs, ...(reason !== undefined && { reason }) };
  }
}
