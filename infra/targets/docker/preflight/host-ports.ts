import { createServer } from "node:net";
import type { PortKey } from "../../../model/spec";
import type { PublishedPorts } from "../../../plan/published-ports";

/** The ports of 127.0.0.1 on which containers are to be published. */
export type PortRange = Omit<PublishedPorts, "key">;

/** A port that another container of the same stack has now, and would be asked to share: it is free only later, or never. */
export interface HeldPort {
  readonly port: number;
  readonly container: string;
}

/** Which ports of a range cannot be had, and a range that can. */
export interface PortSurvey {
  /** Ports that other programs have. */
  readonly taken: readonly number[];
  readonly held: readonly HeldPort[];
  /** The first port of a range of the same size of which all are free; undefined if this one is, or none was found. */
  readonly freeFirst: number | undefined;
}

/** Lower ones are for programs of the system. */
const lowestPort = 1_024;
const highestPort = 65_535;

/** What was found of a plan's ports, by the keys of the configuration that say where they are. */
export type PortSurveys = ReadonlyMap<PortKey, PortSurvey>;

/**
 * Tries which ports of a plan can be listened at. Those that are told as free are so side by side.
 * @param own as in {@link surveyPorts}.
 */
export async function surveyAllPorts(
  ranges: readonly PublishedPorts[],
  own: ReadonlyMap<number, string>,
): Promise<PortSurveys> {
  const surveys = new Map<PortKey, PortSurvey>();
  const spoken = new Map<PortKey, readonly number[]>(ranges.map((range) => [range.key, portsOf(range)]));
  for (const range of ranges) {
    const others = new Set([...spoken].flatMap(([key, ports]) => (key === range.key ? [] : ports)));
    const survey = await surveyPorts(range, own, others);
    surveys.set(range.key, survey);
    if (survey.freeFirst !== undefined) spoken.set(range.key, portsOf({ ...range, first: survey.freeFirst }));
  }
  return surveys;
}

/**
 * Tries which ports of a range can be listened at.
 * @param own ports that the stack itself has published now, by port the container: right if it is to have the same again.
 * @param others ports that another range is not to have, because they are meant for something else.
 */
export async function surveyPorts(
  range: PortRange,
  own: ReadonlyMap<number, string>,
  others: ReadonlySet<number> = new Set(),
): Promise<PortSurvey> {
  const found = await lookAt(range, own);
  return { ...found, freeFirst: isFree(found) ? undefined : await firstFree(range, own, others) };
}

/** Looks where users would: from 9092 on at 19092, 29092, …, then from one hundred to the next. */
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
    if (isFree(await lookAt(range, own))) return first;
  }
  return undefined;
}

const portsOf = ({ first, containers }: PortRange) => containers.map((_, index) => first + index);

type Found = Omit<PortSurvey, "freeFirst">;
const isFree = ({ taken, held }: Found) => taken.length + held.length === 0;

async function lookAt({ first, containers }: PortRange, own: ReadonlyMap<number, string>): Promise<Found> {
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
