import type { NodeFrame, OverviewFrame } from "../../contract/frames/frames";
import { showUnproved, unreadableTable } from "../../contract/frames/verdict";
import { showCount, showCounted } from "../plan/units";
import { conditionOf, restartTroubles, type Snapshot } from "./snapshot";

/** All problems of a stack, one line each, likely causes before their effects; not shortened, without colours. */
export function troublesOf(snapshot: Snapshot): string[] {
  const { state, stateProblem } = snapshot;
  return [
    ...containerTroubles(snapshot),
    ...restartTroubles(snapshot.restarts, snapshot.nowMs),
    ...(state === undefined
      ? [`nothing is known about brokers, topics and the table: ${stateProblem ?? "there is no answer"}`]
      : [
          ...topicTroubles(state.overview),
          ...tableTroubles(state.overview),
          ...gapTroubles(state),
          ...proofTroubles(state.overview),
        ]),
  ];
}

/** The problems that Docker reports, and those that the dashboard finds in other parts. */
function containerTroubles({ containers, state }: Snapshot): string[] {
  const byDocker = containers.filter((container) => conditionOf(container) !== "healthy");
  const reported = new Set(byDocker.map(({ name }) => name));
  const others = nodesOf(state?.overview).filter(
    ({ name, condition }) => condition !== "healthy" && !reported.has(name),
  );
  const devices = byDocker.filter(({ role }) => role === "device").length;
  return [
    ...byDocker.map(({ name, status }) => `${name}: ${status}`),
    ...others.map((node) => `${node.name}: ${describeNode(node)}`),
    ...notShown(state?.overview, devices),
  ];
}

/** The dashboard shows a few containers of devices, unhealthy ones first: there may be more. */
function notShown(overview: OverviewFrame | undefined, listed: number): string[] {
  if (overview === undefined) return [];
  const { byCondition, shown } = overview.deviceContainers;
  const bad = byCondition.sick + byCondition.unreachable + byCondition.unknown;
  const more = bad - Math.max(listed, shown.filter(({ condition }) => condition !== "healthy").length);
  return more > 0 ? [`${showCount(more)} more containers of devices`] : [];
}

function nodesOf(overview: OverviewFrame | undefined): readonly NodeFrame[] {
  if (overview === undefined) return [];
  const { coordinators, brokers, deviceContainers, consumers } = overview;
  return [...coordinators, ...brokers, ...deviceContainers.shown, ...consumers];
}

function describeNode({ condition, reason }: NodeFrame): string {
  const words = {
    healthy: "healthy",
    sick: "is unhealthy",
    unreachable: "cannot be reached",
    unknown: "not checked yet",
  };
  return `${words[condition]}${reason === undefined ? "" : `: ${reason}`}`;
}

function topicTroubles({ totals: { leaderless, underReplicated } }: OverviewFrame): string[] {
  const of = (count: number, what: string) =>
    count === 0 ? [] : [`${showCounted(count, "partition")} ${what}`];
  return [...of(leaderless, "without a leader"), ...of(underReplicated, "with replicas out of sync")];
}

function tableTroubles({ conservation: { tableProblem }, lake }: OverviewFrame): string[] {
  // A stack without a lake has no table, which is no problem.
  return tableProblem === undefined || lake === null ? [] : [`the table cannot be read: ${tableProblem}`];
}

function gapTroubles({ gapCount, overview: { conservation } }: NonNullable<Snapshot["state"]>): string[] {
  const { missing, repeated } = conservation;
  if (gapCount === 0 && missing + repeated === 0) return [];
  return [
    `${showCount(missing)} missing and ${showCount(repeated)} repeated without a declared fault: npm run verify lists them`,
  ];
}

/** Why nothing is proved. */
function proofTroubles(overview: OverviewFrame): string[] {
  const isReported = tableTroubles(overview).length > 0;
  const { unproved } = overview.conservation;
  return unproved
    .filter(({ what }) => !isReported || what !== unreadableTable)
    .map((one) => {
      const reason = one.reason === undefined ? "" : ` (${one.reason})`;
      return `not proved: ${showUnproved(one, timeOfDay)}${reason}`;
    });
}

/** `21:05:12 UTC` */
export function timeOfDay(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(11, 19)} UTC`;
}
