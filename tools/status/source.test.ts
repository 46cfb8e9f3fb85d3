import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dashboardSource } from "./source";

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

it("asks the dashboard for its state", async () => {
  expect(await dashboardSource(address).latest()).toEqual({ gapCount: 7 });
});

it("says in one line why it does not answer", async () => {
  status = 500;
  await expect(dashboardSource(address).latest()).rejects.toThrow(
    `the dashboard at ${address} does not answer (it answers with status 500)`,
  );
  await new Promise((resolve) => server.close(resolve));
  await expect(dashboardSource(address).latest()).rejects.toThrow(
    /^the dashboard at http:\S+ does not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/,
  );
});
