import { counted } from "../../apps/shared/text";
import { showProblem } from "../../contract/problems";
import type { ConfigError } from "../../infra/config/parse";
import { deviceCount } from "../../infra/model/groups";
import type { StackSpec } from "../../infra/model/spec";
import { megabyteBytes, showDurationMs } from "../../infra/model/units";
import type { Capacity } from "../../infra/plan/capacity";
import { hostPortOf, publishedPorts, type StackPlan, volumesOf } from "../../infra/plan/stack";
import { instancesOf, type Workload } from "../../infra/plan/workload";
import type { Survey, Unreachable } from "../../infra/targets/docker/preflight/survey";
import { AlignedColumns } from "../lake/output/columns";
import { showCount, showCounted, showData, showMemory, showRate, showTime } from "./units";

/** Everything that is known about a plan before anything is created. */
export interface PlanReport {
  readonly spec: StackSpec;
  readonly plan: StackPlan;
  readonly capacity: Capacity;
  readonly survey: Survey | Unreachable;
  readonly problems: ConfigError["problems"];
}

/** Describes a plan for people. */
export function describePlan(report: PlanReport): string {
  return [headline(report), containers(report), topics(report), facts(report), verdict(report)].join("\n");
}

/** The most topics that have a line each; more are summed up in one line. */
const maxTopics = 12;

function headline({ spec, plan }: PlanReport): string {
  const count = (of: (device: StackSpec["devices"][number]) => number) =>
    spec.devices.reduce((sum, device) => sum + deviceCount(device) * of(device), 0);
  const devices = showCounted(
    count(() => 1),
    "device",
  );
  const sensors = showCounted(
    count((device) => device.sensors.length),
    "sensor",
  );
  const coordination =
    plan.coordination === "zookeeper"
      ? `ZooKeeper, ${counted(plan.zookeepers.length, "member")}`
      : plan.controllers.length > 0
        ? "KRaft, 3 controllers"
        : "KRaft, brokers are the controllers";
  return `stack ${spec.stack}: ${devices}, ${sensors}, ${counted(spec.brokers, "broker")} (${coordination})\n`;
}

function containers({ plan, capacity }: PlanReport): string {
  const heading = ["role", "containers", "limit of each", "expected in all", "names"];
  const names = (workloads: readonly Workload[]) =>
    shortList(workloads.flatMap((workload) => instancesOf(workload)).map(({ name }) => name));
  const parts = {
    zookeeper: plan.zookeepers,
    controller: plan.controllers,
    broker: plan.brokers,
    "broker-sync": plan.brokerSyncs,
    "topic-init": [plan.topicInit],
    device: plan.devices,
    consumer: [...plan.consumers, ...(plan.prometheus ? [plan.prometheus] : [])],
  };
  const rows = capacity.memory.map(({ role, containers: count, limitMegabytes, expectedMegabytes }) => [
    role,
    showCount(count),
    showMemory(limitMegabytes),
    showMemory(expectedMegabytes),
    names(parts[role]),
  ]);
  const all = capacity.memory.reduce((sum, each) => sum + each.containers, 0);
  const total = ["with the engine", showCount(all), "", showMemory(capacity.totalMegabytes), ""];
  return columns(heading, [false, true, true, true, false], [...rows, total]);
}

function topics({ spec, capacity: { kafka } }: PlanReport): string {
  const heading = ["topic", "partitions", "copies", "messages/s", "a day, all copies", "kept at most"];
  const row = (
    name: string,
    partitions: number,
    { messagesPerSecond, bytesPerSecond, maxBytesKept }: (typeof kafka.topics)[number],
  ) => [
    name,
    showCount(partitions),
    String(spec.replicationFactor),
    showRate(messagesPerSecond),
    showData(bytesPerSecond * 86_400 * spec.replicationFactor),
    maxBytesKept === undefined ? "without end" : showData(maxBytesKept),
  ];
  const shown = kafka.topics.length <= maxTopics ? kafka.topics : [];
  const rows = shown.map((topic) => row(topic.topic, spec.partitions, topic));
  const all = row(counted(kafka.topics.length, "topic"), kafka.partitions, { ...kafka, topic: "" });
  return columns(heading, [false, true, true, true, true, true], [...rows, all]);
}

function facts(report: PlanReport): string {
  const { spec, plan, capacity } = report;
  const { kafka } = capacity;
  const volumes = volumesOf(plan).length;
  return columns(
    [],
    [false, false],
    [
      ["ports", showPorts(report)],
      ["volumes", `${showCount(volumes)}: data of ${[...dataOf(plan), "the lake"].join(", ")}`],
      ["replicas", showReplicas(kafka)],
      ...timeFacts(spec, capacity),
      ...lakeFacts(spec, capacity),
      ...machineFacts(report),
    ],
  );
}

function showReplicas({ replicas, partitions, replicasPerBroker }: Capacity["kafka"]): string {
  const copies = `${showCount(replicas)} ${replicas === 1 ? "copy" : "copies"}`;
  const of = showCounted(partitions, "partition");
  return `${copies} of ${of}, ${showCount(replicasPerBroker)} a broker`;
}

function dataOf({ zookeepers, controllers, brokers, prometheus }: StackPlan): string[] {
  return [
    zookeepers.length > 0 && `${counted(zookeepers.length, "ZooKeeper member")} (2 each)`,
    controllers.length > 0 && counted(controllers.length, "controller"),
    counted(brokers.length, "broker"),
    prometheus !== undefined && "Prometheus",
  ].filter((part) => part !== false);
}

function showPorts({ plan, survey }: PlanReport): string {
  const ranges = publishedPorts(plan).map(({ key, first, workloads }) => {
    const range = workloads.length === 1 ? `${first}` : `${first} to ${first + workloads.length - 1}`;
    return `${range} ${publishedFor[key]}`;
  });
  const ports = `127.0.0.1: ${ranges.join(", ")}`;
  if ("unreachable" in survey) return `${ports} (not checked)`;
  if (survey.ports === undefined) return `${ports} (not checked: the engine is on another machine)`;
  const taken = [...survey.ports.values()].flatMap((range) => [
    ...range.taken,
    ...range.held.map(({ port }) => port),
  ]);
  return `${ports} (${taken.length === 0 ? "free, or this stack's own" : `taken: ${taken.join(", ")}`})`;
}

const publishedFor = { hostPort: "brokers", dashboardPort: "dashboard", prometheusPort: "Prometheus" };

/** History and speed: how the devices' time differs from the clock. */
function timeFacts({ speed }: StackSpec, { history }: Capacity): string[][] {
  const facts: string[][] = [];
  if (history !== undefined) {
    const { lengthMs, observations, seconds } = history;
    const takes = Number.isFinite(seconds)
      ? `sent in about ${showTime(seconds)}`
      : "which take for ever: devices make no less than they can send";
    facts.push([
      "history",
      `${showTime(lengthMs / 1_000)}: ${showCount(observations)} observations, ${takes}`,
    ]);
  }
  if (speed > 1) facts.push(["speed", `an hour of the devices takes ${showTime(3_600 / speed)}`]);
  return facts;
}

function lakeFacts(spec: StackSpec, { lake }: Capacity): string[][] {
  if (lake === undefined) return [["lake", "none, or nothing for it to read"]];
  const { compactAfterMs, retentionMs } = spec.lake;
  const left =
    compactAfterMs === 0 ? ", which stay" : `, of which ${showCount(lake.filesPerDayLeft)} are left`;
  return [
    ["lake, a day", `${showCount(lake.rowsPerDay)} rows, ${showData(lake.bytesPerDay)}`],
    ["", `${showCount(lake.commitsPerDay)} commits, ${showCount(lake.filesPerDay)} data files${left}`],
    [
      "",
      `${showCount(lake.logEntriesPerDay)} log entries; replaced files stay for ${showDurationMs(retentionMs)}: ${showData(lake.replacedBytes)}`,
    ],
  ];
}

function machineFacts({ survey, capacity }: PlanReport): string[][] {
  if ("unreachable" in survey)
    return [["machine", "unknown, no engine answers: images, ports and memory were not checked"]];
  const { version, memoryBytes, processors } = survey.engine;
  const memory = showMemory(memoryBytes / megabyteBytes);
  const share = Math.round((capacity.totalMegabytes / (memoryBytes / megabyteBytes)) * 100);
  return [
    [
      "machine",
      `Docker ${version}, ${counted(processors, "processor")}, ${memory} of memory: ${share} % of it`,
    ],
  ];
}

function verdict({ problems, capacity: { warnings } }: PlanReport): string {
  const lines = warnings.map((warning) => `warning: ${warning}`);
  if (problems.length === 0) return [...lines, "No problems: npx pulumi up makes it so."].join("\n");
  const count = counted(problems.length, "problem");
  return [
    ...lines,
    `${count}; npx pulumi up would change nothing:`,
    ...problems.map((problem) => `  - ${showProblem(problem)}`),
  ].join("\n");
}

function columns(
  heading: readonly string[],
  right: readonly boolean[],
  rows: readonly (readonly string[])[],
): string {
  const shown = heading.length > 0 ? [heading, ...rows] : rows;
  return new AlignedColumns(
    right.map((_, at) => heading[at] ?? ""),
    right,
    rows,
  ).lines(shown);
}

/** All names if they are few, otherwise `broker-1 to broker-9, boiler`: numbered names of the same stem become a range. */
function shortList(names: readonly string[]): string {
  if (names.length <= 3) return names.join(", ");
  const runs: { readonly stem: string; readonly first: string; last: string }[] = [];
  for (const name of names) {
    const stem = name.replace(/\d+$/, "");
    const run = runs.at(-1);
    if (run !== undefined && run.stem === stem && stem !== name) run.last = name;
    else runs.push({ stem, first: name, last: name });
  }
  const shown = runs.slice(0, 3).map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
  return runs.length > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

/** Describes a plan for programs: one JSON object, with sizes in bytes or in megabytes (2^20 bytes) as their names say. */
export function reportJson({ spec, plan, capacity, survey, problems }: PlanReport): string {
  const machine =
    "unreachable" in survey
      ? { unreachable: survey.unreachable }
      : { ...survey.engine, ports: survey.ports && Object.fromEntries(survey.ports) };
  return JSON.stringify({
    stack: spec.stack,
    coordination: plan.coordination,
    hostPorts: plan.brokers.map(({ hostPort }) => hostPort),
    dashboardPort: portOf(plan.consumers.find(({ type }) => type === "dashboard")),
    prometheusPort: portOf(plan.prometheus),
    memory: { roles: capacity.memory, totalMegabytes: capacity.totalMegabytes },
    kafka: capacity.kafka,
    history: capacity.history,
    lake: capacity.lake,
    machine,
    warnings: capacity.warnings,
    problems: problems.map((problem) => ({ ...problem, message: showProblem(problem) })),
  });
}

function portOf(workload: Workload | undefined): number | undefined {
  return workload && hostPortOf(workload);
}
