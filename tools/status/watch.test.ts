import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StateFrame } from "../../contract/frames/frames";
import { dashboardSource, eachSecond, ofThisVersion } from "./watch";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

it("eachSecond calls back each second from the next on, and at once after a longer call, until the signal aborts", async () => {
  const stop = new AbortController();
  const startedMs = performance.now();
  const calls: number[] = [];
  const done = eachSecond(stop.signal, async () => {
    calls.push(performance.now() - startedMs);
    if (calls.length === 2) await new Promise((resolve) => setTimeout(resolve, 2_500));
  });
  await vi.advanceTimersByTimeAsync(5_700);
  // A timer takes a millisecond at least.
  expect(calls).toEqual([1_000, 2_000, 4_501, 5_501]);
  stop.abort();
  await done;
  expect(calls).toHaveLength(4);
});

it("ofThisVersion refuses a state without reasons why nothing is proved", () => {
  const of = (conservation: object) => ({ overview: { conservation } }) as StateFrame;
  expect(() => ofThisVersion(of({ missing: 0 }))).toThrow(
    "the dashboard is of another version of this program: npm start replaces it",
  );
  expect(ofThisVersion(of({ unproved: [] }))).toEqual(of({ unproved: [] }));
});

let status = 200;
let server: Server;
let address: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    response.writeHead(request.url === "/api/state" ? status : 404).end('{"gapCount":7}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

it("dashboardSource requests the state", async () => {
  expect(await dashboardSource(address).latest()).toEqual({ gapCount: 7 });
});

it("dashboardSource gives the reason in one line if it does not answer", async () => {
  status = 500;
  await expect(dashboardSource(address).latest()).rejects.toThrow(
    `the dashboard at ${address} does not answer (it answers with status 500)`,
  );
  await new Promise((resolve) => server.close(resolve));
  await expect(dashboardSource(address).latest()).rejects.toThrow(
    /^the dashboard at http:\S+ does not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/,
  );
});
