import type { StackSpec } from "../model/spec";
import {
  fullestContainerRate,
  maxMessagesPerSecondPerBroker,
  maxMessagesPerSecondPerContainer,
  rateOfStack,
} from "../model/traffic";

/** What of a stack's configuration decides how long its history takes. */
export type HistoryCapacitySpec = Pick<
  StackSpec,
  "devices" | "history" | "speed" | "maxRate" | "brokers" | "replicationFactor"
>;

/** The past that devices send before they go on live. */
export interface HistoryCapacity {
  readonly lengthMs: number;
  readonly observations: number;
  /** Until devices are in the present, at best: what becomes past meanwhile is sent too. */
  readonly seconds: number;
}

/** Works out what the history is; undefined if there is none. */
export function planHistory(spec: HistoryCapacitySpec): HistoryCapacity | undefined {
  const { history, devices, speed, maxRate = Infinity, brokers, replicationFactor } = spec;
  if (history === undefined) return undefined;
  const observationsAt = (rate: number) => (rate * history.lengthMs) / 1_000;
  /** How long those take that make `rate` observations a second of the past, and can send `most` messages a second. */
  const secondsFor = (rate: number, most: number) =>
    rate === 0 ? 0 : rate * speed < most ? observationsAt(rate) / (most - rate * speed) : Infinity;
  const brokersTake = (brokers * maxMessagesPerSecondPerBroker) / replicationFactor;
  const rateOfAll = rateOfStack({ devices, speed: 1 });
  return {
    lengthMs: history.lengthMs,
    observations: observationsAt(rateOfAll),
    seconds: Math.max(
      secondsFor(rateOfAll, Math.min(brokersTake, maxRate)),
      ...devices.map((device) =>
        secondsFor(fullestContainerRate(device, 1), maxMessagesPerSecondPerContainer),
      ),
    ),
  };
}
