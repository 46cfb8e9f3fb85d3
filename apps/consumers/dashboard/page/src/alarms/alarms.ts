import type { NodeFrame, OverviewFrame } from "../../../../../../contract/frames/frames";
import { showUnproved } from "../../../../../../contract/frames/verdict";
import { conditionWords } from "../conditions";
import { formatCounted, formatTime } from "../format";
import { formatRoute } from "../routes";
import type { PageState } from "../stream/page-state";

/** A problem that the reader should know now. */
export interface Alarm {
  /** Stays the same while the alarm lasts. */
  readonly id: string;
  readonly level: "bad" | "warning";
  readonly text: string;
  /** The view with the details. */
  readonly link?: string;
}

/** All present problems, the worst first. */
export function alarmsOf(state: PageState): Alarm[] {
  const { overview } = state.frames;
  const alarms = overview === undefined ? [] : stackAlarms(overview);
  if (state.connection !== "lost") return alarms;
  const lost = "The dashboard's server does not answer. Trying again";
  return [
    {
      id: "server",
      level: "bad",
      text:
        overview === undefined
          ? lost
          : `${lost}. This page shows the state of ${formatTime(overview.nowMs, Date.now())}`,
    },
    ...alarms,
  ];
}

function stackAlarms(overview: OverviewFrame): Alarm[] {
  const { coordinators, consumers, nowMs, conservation } = overview;
  const alarms = [
    ...brokerAlarms(overview),
    ...coordinators.flatMap((node) => nodeAlarm(node, nowMs)),
    ...consumers.flatMap((node) => nodeAlarm(node, nowMs)),
    ...deviceAlarms(overview),
    ...partitionAlarms(overview),
  ];
  const gaps = [
    ...(conservation.missing > 0
      ? [`${formatCounted(conservation.missing, "message is", "messages are")} missing`]
      : []),
    ...(conservation.repeated > 0
      ? [`${formatCounted(conservation.repeated, "message is", "messages are")} repeated`]
      : []),
  ];
  if (gaps.length > 0)
    alarms.push({
      id: "gaps",
      level: "bad",
      text: gaps.join(", "),
      link: formatRoute({ view: "conservation" }),
    });
  alarms.push(...proofAlarms(overview));
  return alarms.sort((one, other) => Number(one.level === "warning") - Number(other.level === "warning"));
}

/** One alarm, however many reasons there are. */
function proofAlarms({ conservation: { unproved }, nowMs }: OverviewFrame): Alarm[] {
  const [first, ...others] = unproved;
  if (first === undefined) return [];
  const what = showUnproved(first, (timeMs) => formatTime(timeMs, nowMs));
  const more = others.length === 0 ? "" : `, and ${formatCounted(others.length, "more reason")}`;
  return [
    {
      id: "unproved",
      level: "bad",
      text: `Not proved: ${what}${more}`,
      link: formatRoute({ view: "conservation" }),
    },
  ];
}

function nodeAlarm(
  { name, condition, reason, sinceMs }: NodeFrame,
  nowMs: number,
  view: "overview" | "topics" = "overview",
): Alarm[] {
  if (condition === "healthy" || condition === "unknown") return [];
  const since = `since ${formatTime(sinceMs, nowMs)}`;
  const words = condition === "sick" ? "is unhealthy" : conditionWords[condition];
  return [
    {
      id: `node ${name}`,
      level: condition === "sick" ? "warning" : "bad",
      text: `${name} ${words} ${since}${reason === undefined ? "" : `: ${reason}`}`,
      link: formatRoute({ view }),
    },
  ];
}

/** If no broker answers, there is one alarm, not one for each broker. */
function brokerAlarms({ brokers, nowMs }: OverviewFrame): Alarm[] {
  const single = brokers.flatMap((node) => nodeAlarm(node, nowMs, "topics"));
  if (brokers.length === 0 || brokers.some(({ condition }) => condition !== "unreachable")) return single;
  const kafka = "Kafka cannot be reached";
  const sinceMs = Math.max(...brokers.map((broker) => broker.sinceMs));
  const text =
    single.length === 1
      ? `${kafka}: ${single[0]?.text ?? ""}`
      : `${kafka} since ${formatTime(sinceMs, nowMs)}`;
  return [{ id: "kafka", level: "bad", text, link: formatRoute({ view: "topics" }) }];
}

const maxSingleDevices = 3;

function deviceAlarms({ deviceContainers, nowMs }: OverviewFrame): Alarm[] {
  const { byCondition, shown } = deviceContainers;
  const count = byCondition.sick + byCondition.unreachable;
  const wrong = shown.filter(({ condition }) => condition === "sick" || condition === "unreachable");
  if (count <= Math.min(maxSingleDevices, wrong.length))
    return wrong.flatMap((node) => nodeAlarm(node, nowMs));
  return (["unreachable", "sick"] as const)
    .filter((condition) => byCondition[condition] > 0)
    .map((condition) => ({
      id: `devices ${condition}`,
      level: condition === "sick" ? "warning" : "bad",
      text: `${formatCounted(byCondition[condition], "container")} of devices ${condition === "sick" ? (byCondition.sick === 1 ? "is unhealthy" : "are unhealthy") : conditionWords.unreachable}`,
      link: formatRoute({ view: "devices" }),
    }));
}

function partitionAlarms({ totals }: OverviewFrame): Alarm[] {
  const link = formatRoute({ view: "topics" });
  return [
    ...(totals.leaderless > 0
      ? [
          {
            id: "leaderless",
            level: "bad" as const,
            text: `${formatCounted(totals.leaderless, "partition has", "partitions have")} no leader`,
            link,
          },
        ]
      : []),
    ...(totals.underReplicated > 0
      ? [
          {
            id: "under-replicated",
            level: "warning" as const,
            text: `${formatCounted(totals.underReplicated, "partition has", "partitions have")} replicas out of sync`,
            link,
          },
        ]
      : []),
  ];
}
