import { createServer } from "node:net";

/** The ports of 127.0.0.1 on which brokers are published, in their order. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

/** Which ports of a range other programs have, and a range that is free. */
export interface PortSurvey {
  readonly taken: readonly number[];
  /** The first port of a range of the same size of which all are free; undefined if none is taken, or none was found. */
  readonly freeFirst: number | undefined;
}

const highestPort = 65_535;

/**
 * Tries which ports of a range can be listened at.
 * @param own ports that the stack itself has published, which are taken and yet right.
 */
export async function surveyPorts(range: PortRange, own: ReadonlySet<number>): Promise<PortSurvey> {
  const taken = await takenIn(range, own);
  return { taken, freeFirst: taken.length === 0 ? undefined : await firstFree(range.count, own) };
}

/** Looks where users would: 19092, 29092, …, then from one hundred to the next. */
async function firstFree(count: number, own: ReadonlySet<number>): Promise<number | undefined> {
  const usual = [9_092, 19_092, 29_092, 39_092, 49_092, 59_092];
  const others = Array.from({ length: 100 }, (_, index) => 20_000 + 100 * index);
  for (const first of [...usual, ...others])
    if ((await takenIn({ first, count }, own)).length === 0) return first;
  return undefined;
}

async function takenIn({ first, count }: PortRange, own: ReadonlySet<number>): Promise<number[]> {
  const ports = Array.from({ length: count }, (_, index) => first + index);
  const tried = ports.filter((port) => port <= highestPort && !own.has(port));
  const answers = await Promise.all(tried.map(isTaken));
  return tried.filter((_, index) => answers[index]);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // This user may not be allowed to listen at the port (EACCES) where the engine is.
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(false)));
  });
}
