import type { Problem } from "../../../contract/problems";
import { propertyProblems } from "../kafka-properties/property-rules";
import { type ParsedConfig, problemWith } from "../parsed-config";
import { maxHistoryMs } from "../schema/stack";
import { brokerLimitProblems } from "./broker-limit-rules";
import { clusterProblems } from "./cluster-rules";
import { consumerDeviceProblems, lakeTopicProblems } from "./consumer-rules";
import { containerNameProblems, groupNameProblems, repeatedNameProblems } from "./name-rules";
import { portProblems, publishedConsumerProblems } from "./published-rules";
import { rateProblems } from "./rate-rules";
import { sensorProblems } from "./sensor-rules";
import { lengthProblems, namesLengthProblems } from "./size-rules";
import { retentionProblems, sharedTopicProblems, topicNameProblems } from "./topic-rules";

/** A rule: finds what is wrong between values that are each right by themselves. */
type Rule = (config: ParsedConfig) => Problem[];

/** Rules between keys, in the order in which their problems are reported. */
const keyRules: readonly Rule[] = [
  repeatedNameProblems,
  clusterProblems,
  propertyProblems,
  brokerLimitProblems,
  portProblems,
  topicNameProblems,
  sharedTopicProblems,
  retentionProblems,
  consumerDeviceProblems,
  lakeTopicProblems,
  publishedConsumerProblems,
  namesLengthProblems,
  containerNameProblems,
];

/** Rules about devices. They hold also for devices of which something cannot be read. */
const deviceRules: readonly Rule[] = [groupNameProblems, sensorProblems, lengthProblems, rateProblems];

/** What is wrong between keys. */
export function keyProblems(config: ParsedConfig): Problem[] {
  return keyRules.flatMap((rule) => rule(config));
}

/** What is wrong with devices. */
export function deviceProblems(config: ParsedConfig): Problem[] {
  return deviceRules.flatMap((rule) => rule(config));
}

/** A history that starts in the future, or too long ago. @param nowMs the time, in milliseconds since 1970 */
export function historyProblems({ backfill }: ParsedConfig, nowMs: number): Problem[] {
  if (backfill?.value === undefined || !("fromMs" in backfill.value)) return [];
  const { fromMs } = backfill.value;
  const at = (timeMs: number) => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  if (fromMs >= nowMs) return [problemWith(backfill, `write a time in the past; now it is ${at(nowMs)}`)];
  const earliestMs = nowMs - maxHistoryMs;
  if (fromMs < earliestMs)
    return [problemWith(backfill, `write a time of the last ten years, from ${at(earliestMs)} on`)];
  return [];
}
