import { createServer } from "node:net";
import type { Problem } from "../../apps/shared/contract/problems";
import { ConfigError } from "../config/parse";
import type { StackPlan } from "../plan/stack";
import {
  askRegistry,
  countContainers,
  engineReason,
  engineVersion,
  hasImage,
  publishedPorts,
} from "./engine";

/**
 * Checks what the plan needs of the machine, before anything is made: an engine, images, free ports, and
 * a ZooKeeper ensemble of the same size if there is one. Changes nothing.
 * @throws ConfigError with all problems at once.
 */
export async function checkHost(plan: StackPlan): Promise<void> {
  const engine = await engineProblems();
  // Without an engine nothing can be said of images and ports.
  const problems =
    engine.length > 0
      ? engine
      : (await Promise.all([imageProblems(plan), portProblems(plan), ensembleProblems(plan)])).flat();
  if (problems.length > 0) throw new ConfigError(problems);
}

async function engineProblems(): Promise<Problem[]> {
  try {
    await engineVersion();
    return [];
  } catch (error) {
    const remedy =
      "start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` tells what is missing";
    return [{ path: "Docker engine", found: engineReason(error), remedy }];
  }
}

async function imageProblems({ images }: StackPlan): Promise<Problem[]> {
  const problems = await Promise.all(
    Object.entries(images).map(async ([what, reference]): Promise<Problem[]> => {
      if (await hasImage(reference)) return [];
      try {
        await askRegistry(reference);
        return [];
      } catch (error) {
        const remedy =
          `name an image that can be had (npx pulumi config set --path images.${what} REFERENCE), ` +
          `or run npm start, which makes local ones; the engine does not have it, and its registry says: ${engineReason(error)}`;
        return [{ path: `images.${what}`, found: reference, remedy }];
      }
    }),
  );
  return problems.flat();
}

async function portProblems({ stack, brokers }: StackPlan): Promise<Problem[]> {
  // Ports of another machine cannot be tried from here; its engine will say.
  if (/^(tcp|ssh|https?):/.test(process.env["DOCKER_HOST"] ?? "")) return [];
  const ours = await publishedPorts(stack);
  const problems = await Promise.all(
    brokers.map(async ({ id, hostPort }): Promise<Problem[]> => {
      if (ours.has(hostPort)) return [];
      const reason = await whyPortIsTaken(hostPort);
      if (reason === undefined) return [];
      return [{ path: "hostPort", found: hostPort, remedy: portRemedy(id, hostPort, reason) }];
    }),
  );
  return problems.flat();
}

/**
 * New members of an ensemble, empty, would form a majority while the one with the data is replaced, and Kafka would lose
 * all it knows.
 */
async function ensembleProblems({ stack, zookeepers }: StackPlan): Promise<Problem[]> {
  const existing = await countContainers(stack, "zookeeper");
  if (existing === 0 || existing === zookeepers.length) return [];
  const remedy = `set it back to ${existing}, which the stack has; another size needs a new stack: npm run down first`;
  return [{ path: "zookeepers", found: zookeepers.length, remedy }];
}

function portRemedy(broker: number, port: number, reason: string): string {
  return `free port ${port} of 127.0.0.1, which broker ${broker} needs (${reason}), or choose another: npx pulumi config set hostPort ${port === 19_092 ? 29_092 : 19_092}`;
}

/** Why a port of 127.0.0.1 cannot be listened at; undefined if it can. */
function whyPortIsTaken(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // This user may not be allowed to listen at the port (EACCES) where the engine is.
      resolve(error.code === "EADDRINUSE" ? "another program listens there" : undefined);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
