import { createServer } from "node:net";

/** The ports of 127.0.0.1 on which containers are to be published, one each, in their order. */
export interface PortRange {
  readonly first: number;
  readonly containers: readonly string[];
}

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

const highestPort = 65_535;

/**
 * Tries which ports of a range can be listened at.
 * @param own ports that the stack itself has published now, by port the container: right if it is to have the same again.
 */
export async function surveyPorts(range: PortRange, own: ReadonlyMap<number, string>): Promise<PortSurvey> {
  const found = await lookAt(range, own);
  return { ...found, freeFirst: isFree(found) ? undefined : await firstFree(range.containers, own) };
}

/** Looks where users would: 19092, 29092, …, then from one hundred to the next. */
async function firstFree(
  containers: PortRange["containers"],
  own: ReadonlyMap<number, string>,
): Promise<number | undefined> {
  const usual = [9_092, 19_092, 29_092, 39_092, 49_092, 59_092];
  const others = Array.from({ length: 100 }, (_, index) => 20_000 + 100 * index);
  for (const first of [...usual, ...others])
    if (isFree(await lookAt({ first, containers }, own))) return first;
  return undefined;
}

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
