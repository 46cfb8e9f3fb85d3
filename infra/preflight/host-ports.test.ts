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
  const { taken, freeFirst } = await surveyPorts({ first: port, containers: ["a"] }, new Map());
  expect(taken).toEqual([port]);
  const free = await surveyPorts({ first: freeFirst ?? port, containers: ["a"] }, new Map());
  expect(free).toEqual({ taken: [], held: [], freeFirst: undefined });
});

it("takes a port for free that the same container has published", async () => {
  expect(await surveyPorts({ first: port, containers: ["a"] }, new Map([[port, "a"]]))).toEqual({
    taken: [],
    held: [],
    freeFirst: undefined,
  });
});

it("tells of ports that the stack has for another container, also where it looks for a free range", async () => {
  const own = new Map([port + 1, 9_092].map((each) => [each, "b"] as const));
  const { taken, held, freeFirst } = await surveyPorts({ first: port + 1, containers: ["a"] }, own);
  expect({ taken, held }).toEqual({ taken: [], held: [{ port: port + 1, container: "b" }] });
  expect(freeFirst).toBeGreaterThan(9_092);
});

it("leaves out ports that there are not", async () => {
  expect(await surveyPorts({ first: 65_537, containers: ["a", "b"] }, new Map())).toEqual({
    taken: [],
    held: [],
    freeFirst: undefined,
  });
});
