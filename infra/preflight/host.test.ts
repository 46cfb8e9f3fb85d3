import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigError, parseStackConfig } from "../config/parse";
import { planStack } from "../plan/stack";
import * as engine from "./engine";
import { checkHost } from "./host";

vi.mock("./engine");

async function problemsOf(raw: Record<string, unknown>): Promise<string[]> {
  try {
    await checkHost(planStack(parseStackConfig("dev", raw)));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, remedy }) => `${path}: ${remedy}`);
    throw error;
  }
}

let taken: Server;
let takenPort: number;

beforeEach(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  takenPort = typeof address === "object" && address !== null ? address.port : 0;
  vi.mocked(engine.engineVersion).mockResolvedValue("20.10");
  vi.mocked(engine.hasImage).mockResolvedValue(true);
  vi.mocked(engine.publishedPorts).mockResolvedValue(new Set());
  vi.mocked(engine.countContainers).mockResolvedValue(0);
  vi.mocked(engine.engineReason).mockImplementation((error) => (error as Error).message);
  vi.stubEnv("DOCKER_HOST", "");
});
afterEach(() => {
  taken.close();
  vi.unstubAllEnvs();
});

describe("checkHost", () => {
  it("has nothing to say of a machine that has it all", async () => {
    taken.close();
    expect(await problemsOf({ hostPort: takenPort })).toEqual([]);
  });

  it("tells of every problem at once", async () => {
    vi.mocked(engine.hasImage).mockImplementation((image) => Promise.resolve(image !== "example/kafka:1"));
    vi.mocked(engine.askRegistry).mockRejectedValue(new Error("no such host"));
    vi.mocked(engine.countContainers).mockResolvedValue(3);
    expect(await problemsOf({ hostPort: takenPort, images: { kafka: "example/kafka:1" } })).toEqual([
      "images.kafka: name an image that can be had (npx pulumi config set --path images.kafka REFERENCE), or run npm " +
        "start, which makes local ones; the engine does not have it, and its registry says: no such host",
      `hostPort: free port ${takenPort} of 127.0.0.1, which broker 1 needs (another program listens there), or choose ` +
        "another: npx pulumi config set hostPort 19092",
      "zookeepers: set it back to 3, which the stack has; another size needs a new stack: npm run down first",
    ]);
  });

  it("takes a port that the stack itself has published", async () => {
    vi.mocked(engine.publishedPorts).mockResolvedValue(new Set([takenPort]));
    expect(await problemsOf({ hostPort: takenPort })).toEqual([]);
  });

  it("does not try ports of another machine here", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://10.0.0.1:2375");
    expect(await problemsOf({ hostPort: takenPort })).toEqual([]);
  });

  it("asks nothing more of an engine that does not answer", async () => {
    vi.mocked(engine.engineVersion).mockRejectedValue(new Error("Cannot connect"));
    expect(await problemsOf({ hostPort: takenPort })).toEqual([
      "Docker engine: start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` tells what is missing",
    ]);
  });
});
