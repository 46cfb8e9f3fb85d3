import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { surveyAllPorts, surveyPorts } from "./ports";

let program: Server;
let port: number;

beforeEach(async () => {
  program = createServer();
  await new Promise<void>((resolve) => program.listen(0, "127.0.0.1", resolve));
  const address = program.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(() => program.close());

it("surveyPorts finds the taken ports of a range, and a free range", async () => {
  const { taken, freeFirst } = await surveyPorts({ first: port, containers: ["a"] }, new Map());
  expect(taken).toEqual([port]);
  const free = await surveyPorts({ first: freeFirst ?? port, containers: ["a"] }, new Map());
  expect(free).toEqual({ taken: [], held: [], freeFirst: undefined });
});

it("surveyPorts counts a port as free that the same container has published", async () => {
  expect(await surveyPorts({ first: port, containers: ["a"] }, new Map([[port, "a"]]))).toEqual({
    taken: [],
    held: [],
    freeFirst: undefined,
  });
});

it("surveyPorts reports ports of the stack's other containers, and proposes none of them", async () => {
  const own = new Map([9_092, 19_092].map((each) => [each, "b"] as const));
  const { taken, held, freeFirst } = await surveyPorts({ first: 9_092, containers: ["a"] }, own);
  expect({ taken, held }).toEqual({ taken: [], held: [{ port: 9_092, container: "b" }] });
  expect(freeFirst).toBeGreaterThan(19_092);
});

it("surveyAllPorts proposes ranges that overlap neither each other nor the wanted ports", async () => {
  const first = port - (port % 10_000) + 10_000 * (port >= 60_000 ? -1 : 1);
  const ranges = [
    { key: "hostPort", first: port, containers: ["a", "b"] },
    { key: "dashboardPort", first: port, containers: ["c"] },
    // Where a free port would be looked for first.
    { key: "prometheusPort", first: first + (port % 10_000), containers: ["d"] },
  ] as const;
  const surveys = await surveyAllPorts(ranges, new Map());
  const { hostPort = NaN, dashboardPort = NaN } = Object.fromEntries(
    [...surveys].map(([key, { freeFirst }]) => [key, freeFirst]),
  );
  expect([...surveys.keys()]).toEqual(["hostPort", "dashboardPort", "prometheusPort"]);
  const ports = [hostPort, hostPort + 1, dashboardPort, ranges[2].first];
  expect(new Set(ports).size).toBe(4);
  expect(await surveyAllPorts([{ ...ranges[0], first: hostPort }], new Map())).toEqual(
    new Map([["hostPort", { taken: [], held: [], freeFirst: undefined }]]),
  );
});

it("surveyPorts ignores ports above 65535", async () => {
  expect(await surveyPorts({ first: 65_537, containers: ["a", "b"] }, new Map())).toEqual({
    taken: [],
    held: [],
    freeFirst: undefined,
  });
});
