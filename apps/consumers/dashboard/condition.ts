import type { Condition, NodeFrame } from "./contract/frames";

/** How something does, and since when: the time changes only when the condition does. */
export class ConditionRecord {
  private condition: Condition = "unknown";
  private reason: string | undefined;
  private sinceMs: number;

  constructor(
    private readonly name: string,
    private readonly now: () => number = Date.now,
  ) {
    this.sinceMs = now();
  }

  set(condition: Condition, reason?: string): void {
    if (condition !== this.condition) this.sinceMs = this.now();
    this.condition = condition;
    this.reason = reason;
  }

  get frame(): NodeFrame {
    const { name, condition, sinceMs, reason } = this;
    return { name, condition, sinceMs, ...(reason !== undefined && { reason }) };
  }
}
