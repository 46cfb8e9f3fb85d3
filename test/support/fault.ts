import { appendFileSync } from "node:fs";
import { isMainThread, workerData } from "node:worker_threads";
import type { FaultPoints } from "../../apps/shared/delta/fault-points";
import type { LakeFaultPoint } from "../../apps/consumers/lake/threads";

/** One of the lake's threads. */
export type LakeThread = "main" | "writer" | "maintenance";

/** A signal that a lake's whole process gets, and when. */
export interface Fault {
  readonly point: LakeFaultPoint;
  /** The thread that reaches it. */
  readonly thread: LakeThread;
  /** At which passing of the point, from 1. */
  readonly passing: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** The file to which {@link noteOf} is written before the signal. */
  readonly note: string;
}

/** The variable that passes a fault to a process, as JSON. */
export const faultVariable = "TEST_FAULT";

/** The line that a process writes just before its fault. */
export function noteOf({ point, thread, passing }: Fault): string {
  return `${thread}: ${point}, passing ${passing}\n`;
}

/** Fault points that carry out the environment's fault in this thread. */
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
