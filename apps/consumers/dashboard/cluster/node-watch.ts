import type { Condition, NodeFrame } from "../../../../contract/frames/frames";
import { ConditionRecord } from "../condition";
import { repeat } from "./repeat";

/** How something does, and why if it is not healthy. */
export interface Verdict {
  readonly condition: Condition;
  readonly reason?: string;
}

/** How long it is from one look at a node to the next. */
const lookEveryMs = 1000;

/** Looks at one node each second, whatever becomes of the others. */
export class NodeWatch {
  private readonly record: ConditionRecord;

  /** @param look asks the node; it ends in its own time, and never fails */
  constructor(
    name: string,
    private readonly look: () => Promise<Verdict>,
  ) {
    this.record = new ConditionRecord(name);
  }

  /** Looks until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return repeat(lookEveryMs, signal, async () => {
      const { condition, reason } = await this.look();
      this.record.set(condition, reason);
    });
  }

  get frame(): NodeFrame {
    return this.record.frame;
  }
}
