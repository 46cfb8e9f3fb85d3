import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { surveyPorts } from "./host-ports";

let program: Server;
let port: number;

beforeEach(async () => {
  program = createServer();
  await new Promise<void>((resolve) => program.listen(0, "127.0.0.1", resolve));
  const address = program.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(() => program.close());

it("finds the ports of a range that others have, and a range that is free", async () => {
  const { taken, freeFirst } = await surveyPorts({ first: port, count: 1 }, new Set());
  expect(taken).toEqual([port]);
  const free = await surveyPorts({ first: freeFirst ?? port, count: 1 }, new Set());
  expect(free).toEqual({ taken: [], freeFirst: undefined });
});

it("takes a port that the stack itself has published for free", async () => {
  expect(await surveyPorts({ first: port, count: 1 }, new Set([port]))).toEqual({
    taken: [],
    freeFirst: undefined,
  });
});

it("leaves out ports that there are not", async () => {
  expect(await surveyPorts({ first: 65_537, count: 9 }, new Set())).toEqual({
    taken: [],
    freeFirst: undefined,
  });
});
