import { appendFileSync } from "node:fs";
import { isMainThread, workerData } from "node:worker_threads";
import type { LakeFaultPoint } from "../../apps/consumers/lake/threads";
import type { FaultPoints } from "../../apps/shared/delta/fault-points";

/** Which of the lake's threads it is. */
export type LakeThread = "main" | "writer" | "maintenance";

/** What befalls a lake's whole process, and when. */
export interface Fault {
  readonly point: LakeFaultPoint;
  /** The thread that reaches it. */
  readonly thread: LakeThread;
  /** Which time that the thread reaches it, from 1. */
  readonly passing: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** A file that is told before the signal: the point, as {@link noteOf} has it. */
  readonly note: string;
}

/** The name of the variable that brings a fault to a process, as JSON. */
export const faultVariable = "TEST_FAULT";

/** What a process says of a fault in the moment before. */
export function noteOf({ point, thread, passing }: Fault): string {
  return `${thread}: ${point}, passing ${passing}\n`;
}

/** Fault points that do in this thread what the environment says. */
export function faultsFromEnvironment(): FaultPoints<LakeFaultPoint> {
  const variable = process.env[faultVariable];
  const fault = variable === undefined ? undefined : (JSON.parse(variable) as Fault);
  const thread = isMainThread ? "main" : (workerData as { readonly role: LakeThread }).role;
  let passing = 0;
  return {
    reach(point) {
      if (point !== fault?.point || thread !== fault.thread || ++passing !== fault.passing) return;
      appendFileSync(fault.note, noteOf(fault));
      process.kill(process.pid, fault.signal);
    },
  };
}
