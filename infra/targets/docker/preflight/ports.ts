import { createServer } from "node:net";
import type { Problem } from "../../../../contract/problems";
import type { PortKey } from "../../../model/spec";
import { publishedPorts, type PublishedPorts, type StackPlan } from "../../../plan/stack";

/** Consecutive ports of 127.0.0.1 at which containers are to be published, one each. */
export interface PortRange {
  readonly first: number;
  readonly containers: readonly string[];
}

/** A wanted port that another container of the same stack has now: it becomes free too late, or never. */
export interface HeldPort {
  readonly port: number;
  readonly container: string;
}

/** The ports of a range that cannot be had, and a range that can. */
export interface PortSurvey {
  /** Ports that other programs have. */
  readonly taken: readonly number[];
  readonly held: readonly HeldPort[];
  /** The first port of a range of the same size that is free; undefined if the wanted range is free, or if none was found. */
  readonly freeFirst: number | undefined;
}

/** Lower ports are for programs of the system. */
const lowestPort = 1_024;
const highestPort = 65_535;

/** The surveys of a plan's ports, by the keys of the configuration that set the ports. */
export type PortSurveys = ReadonlyMap<PortKey, PortSurvey>;

/**
 * Tries to listen at the ports of a plan. The free ranges that it proposes do not overlap.
 * @param own as in {@link surveyPorts}.
 */
export async function surveyAllPorts(
  ranges: readonly (PortRange & { readonly key: PortKey })[],
  own: ReadonlyMap<number, string>,
): Promise<PortSurveys> {
  const surveys = new Map<PortKey, PortSurvey>();
  const reserved = new Map<PortKey, readonly number[]>(ranges.map((range) => [range.key, portsOf(range)]));
  for (const range of ranges) {
    const others = new Set([...reserved].flatMap(([key, ports]) => (key === range.key ? [] : ports)));
    const survey = await surveyPorts(range, own, others);
    surveys.set(range.key, survey);
    if (survey.freeFirst !== undefined)
      reserved.set(range.key, portsOf({ ...range, first: survey.freeFirst }));
  }
  return surveys;
}

/**
 * Tries to listen at the ports of a range.
 * @param own the stack's containers by the ports at which they are published now. A container may keep its port.
 * @param others ports that no proposed range may contain, because other containers are to have them.
 */
export async function surveyPorts(
  range: PortRange,
  own: ReadonlyMap<number, string>,
  others: ReadonlySet<number> = new Set(),
): Promise<PortSurvey> {
  const found = await tryPorts(range, own);
  return { ...found, freeFirst: isFree(found) ? undefined : await firstFree(range, own, others) };
}

/** Tries where users would: from 9092 on 19092, 29092, …, then every hundredth port. */
async function firstFree(
  { first: wanted, containers }: PortRange,
  own: ReadonlyMap<number, string>,
  others: ReadonlySet<number>,
): Promise<number | undefined> {
  const usual = Array.from({ length: 6 }, (_, index) => (wanted % 10_000) + 10_000 * index);
  const even = Array.from({ length: 100 }, (_, index) => 20_000 + 100 * index);
  for (const first of [...usual.filter((port) => port >= lowestPort), ...even]) {
    const range = { first, containers };
    if (!portsOf(range).every((port) => port <= highestPort && !others.has(port))) continue;
    if (isFree(await tryPorts(range, own))) return first;
  }
  return undefined;
}

const portsOf = ({ first, containers }: PortRange) => containers.map((_, index) => first + index);

type Found = Omit<PortSurvey, "freeFirst">;
const isFree = ({ taken, held }: Found) => taken.length + held.length === 0;

async function tryPorts({ first, containers }: PortRange, own: ReadonlyMap<number, string>): Promise<Found> {
  const wanted = containers
    .map((container, index) => ({ port: first + index, container, holder: own.get(first + index) }))
    .filter(({ port }) => port <= highestPort);
  const tried = wanted.filter(({ holder }) => holder === undefined).map(({ port }) => port);
  const answers = await Promise.all(tried.map(isTaken));
  return {
    taken: tried.filter((_, index) => answers[index]),
    held: wanted.flatMap(({ port, container, holder }) =>
      holder === undefined || holder === container ? [] : [{ port, container: holder }],
    ),
  };
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // This user may not be allowed to listen at the port (EACCES) where the engine is.
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/** Reasons for which containers cannot be published at the ports that a key of the configuration sets. */
export function portProblems(key: PortKey, plan: StackPlan, surveys: PortSurveys | undefined): Problem[] {
  const range = publishedPorts(plan).find((each) => each.key === key);
  const survey = surveys?.get(key);
  if (survey === undefined || range === undefined) return [];
  const { taken, held, freeFirst } = survey;
  const another =
    freeFirst === undefined ? "choose another" : `choose another: npx pulumi config set ${key} ${freeFirst}`;
  const ports = `${taken.length === 1 ? "port" : "ports"} ${taken.join(", ")}`;
  const remedies = [
    ...(taken.length > 0
      ? [`another program listens at ${ports} of 127.0.0.1, and ${needOf(range)}; end it, or ${another}`]
      : []),
    ...held
      .slice(0, 1)
      .map(
        ({ port, container }) =>
          `${container} of this stack has port ${port}, which ${others[key]} would need before it is free: ${another}`,
      ),
  ];
  return remedies.map((remedy) => ({ path: key, found: range.first, remedy }));
}

/** The workload that wants a port which another container of the stack still has. */
const others: Readonly<Record<PortKey, string>> = {
  hostPort: "another of its brokers",
  dashboardPort: "the dashboard",
  prometheusPort: "Prometheus",
};

function needOf({ key, first, workloads }: PublishedPorts): string {
  if (key !== "hostPort") return `${others[key]} needs it`;
  return workloads.length === 1
    ? "broker 1 needs it"
    : `the brokers need ${first} to ${first + workloads.length - 1}`;
}
