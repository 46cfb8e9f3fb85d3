import type { StackSpec } from "../config/spec";
import { containerCount } from "./groups";
import { mostMessagesPerSecondPerBroker, mostMessagesPerSecondPerContainer, rateOfStack } from "./rates";

/** What of a stack's configuration decides how long its history takes. */
export type HistoryCapacitySpec = Pick<
  StackSpec,
  "devices" | "history" | "speed" | "maxRate" | "brokers" | "replicationFactor"
>;

/** The past that devices send before they go on live. */
export interface HistoryCapacity {
  readonly lengthMs: number;
  readonly observations: number;
  /** How many of them are sent in a second, at best. */
  readonly perSecond: number;
  /** Until devices are in the present: what becomes past meanwhile is sent too. */
  readonly seconds: number;
}

/** Works out what the history is; undefined if there is none. */
export function planHistory(spec: HistoryCapacitySpec): HistoryCapacity | undefined {
  const { history, devices, speed, maxRate = Infinity, brokers, replicationFactor } = spec;
  if (history === undefined) return undefined;
  const containers = devices.reduce((sum, device) => sum + containerCount(device), 0);
  const perSecond = Math.min(
    containers * mostMessagesPerSecondPerContainer,
    (brokers * mostMessagesPerSecondPerBroker) / replicationFactor,
    maxRate,
  );
  const observations = (rateOfStack({ devices, speed: 1 }) * history.lengthMs) / 1_000;
  const catchingUp = perSecond - rateOfStack({ devices, speed });
  return {
    lengthMs: history.lengthMs,
    observations,
    perSecond,
    seconds: catchingUp > 0 ? observations / catchingUp : Infinity,
  };
}
