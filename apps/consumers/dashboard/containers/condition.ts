import type { Condition, NodeFrame } from "../../../../contract/frames/frames";

/**
 * The condition of something, and since when. The time changes only between healthy and not healthy: something that fails, starts and fails
 * again has been unhealthy since the first failure.
 */
export class ConditionRecord {
  private condition: Condition = "unknown";
  private isKnown = false;
  private reason: string | undefined;
  private sinceMs: number;

  constructor(
    readonly name: string,
    private readonly now: () => number = Date.now,
  ) {
    this.sinceMs = now();
  }

  set(condition: Condition, reason?: string): void {
    const staysUnhealthy = this.isKnown && condition !== "healthy" && this.condition !== "healthy";
    if (condition !== this.condition && !staysUnhealthy) this.sinceMs = this.now();
    this.isKnown = true;
    this.condition = condition;
    this.reason = reason;
  }

  /** How long it has not been healthy, in milliseconds; 0 if it is healthy or was never checked. */
  get unhealthyMs(): number {
    return this.isKnown && this.condition !== "healthy" ? this.now() - this.sinceMs : 0;
  }

  get frame(): NodeFrame {
    const { name, condition, sinceMs, reason } = this;
    return { name, condition, sinceMs, ...(reason !== undefined && { reason }) };
  }
}
