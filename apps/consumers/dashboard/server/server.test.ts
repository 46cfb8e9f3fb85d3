import { type AddressInfo, createConnection, type Socket } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StateFrame } from "../../../../contract/frames/frames";
import { eventText, Hub } from "./hub";
import { type PageFile, readPageFiles } from "./page-files";
import { dashboardServer, type StreamQuery } from "./server";

const file = (path: string, type: string, text: string): PageFile => ({
  path,
  type,
  content: Buffer.from(text),
  gzipped: gzipSync(text),
  tag: '"tag"',
});
const page = [
  file("index.html", "text/html; charset=utf-8", "<h1>"),
  file("assets/a.js", "text/javascript", "1"),
];
const state = { gapCount: 7 } as StateFrame;

describe("the dashboard's server", () => {
  let server: FastifyInstance;
  let hub: Hub<StreamQuery>;
  let port: number;
  let asked: StreamQuery[];

  beforeEach(async () => {
    asked = [];
    hub = new Hub(
      () => "event: overview\ndata: {}\n\n",
      (query: StreamQuery) => {
        asked.push(query);
        return { full: () => "event: full\ndata: 1\n\n", slow: () => "event: slow\ndata: 1\n\n" };
      },
    );
    server = dashboardServer({ hub, state: () => state, page });
    await server.listen({ port: 0, host: "127.0.0.1" });
    ({ port } = server.server.address() as AddressInfo);
  });
  afterEach(async () => {
    hub.stop();
    await server.close();
  });

  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  /** Sends a request that `fetch` would not send. */
  const raw = async (...lines: readonly string[]): Promise<string> => {
    const socket: Socket = createConnection({ port, host: "127.0.0.1" });
    socket.write(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`);
    let answer = "";
    for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString();
    return answer;
  };

  it("serves the page, which browsers revalidate each time", async () => {
    const answer = await get("/");
    expect([answer.status, await answer.text()]).toEqual([200, "<h1>"]);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect((await get("/assets/a.js")).headers.get("content-type")).toBe("text/javascript");
    expect((await get("/", { headers: { "if-none-match": '"tag"' } })).status).toBe(304);
  });

  it("compresses for browsers that support it", async () => {
    const answer = await raw("GET / HTTP/1.1", "host: localhost", "accept-encoding: gzip, br");
    expect(answer).toContain("content-encoding: gzip");
    expect(await raw("GET / HTTP/1.1", "host: localhost")).not.toContain("content-encoding");
  });

  it.each(["/", "/api/state", "/nothing", "/api/stream?view=bad"])(
    "forbids %s to load anything from elsewhere",
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
          "form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("refuses %s", async (method) => {
    for (const path of ["/", "/api/state", "/api/stream", "/nothing"]) {
      const answer = await get(path, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
    expect(asked).toEqual([]);
  });

  describe("HEAD", () => {
    const cases: readonly [path: string, ...headers: string[]][] = [
      ["/"],
      ["/index.html"],
      ["/assets/a.js"],
      ["/assets/a.js", "accept-encoding: gzip"],
      ["/", 'if-none-match: "tag"'],
      ["/api/state"],
      ["/api/stream?view=devices"],
      ["/api/stream?view=bad"],
      ["/nothing"],
      ["/%00"],
    ];
    /** Status and headers, and the body. Times differ, and the pieces of a stream have any size. */
    const answerTo = async (method: string, path: string, ...headers: readonly string[]) => {
      const socket = createConnection({ port, host: "127.0.0.1" });
      socket.write(
        [`${method} ${path} HTTP/1.1`, "host: localhost", ...headers, "connection: close", "", ""].join(
          "\r\n",
        ),
      );
      let text = "";
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        text += chunk.toString("latin1");
        if (text.includes("\r\n\r\n") && text.includes("event-stream") && method === "GET") break;
      }
      const [head = "", ...body] = text.split("\r\n\r\n");
      const lines = head.split("\r\n").filter((line) => !/^(date|transfer-encoding):/i.test(line));
      return { lines, body: body.join("\r\n\r\n") };
    };

    it.each(cases)("gets the same headers as GET, without a body: %s %s", async (path, ...headers) => {
      const [get, head] = [await answerTo("GET", path, ...headers), await answerTo("HEAD", path, ...headers)];
      expect(head.lines).toEqual(get.lines);
      expect(head.lines[0]).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect(head.body).toBe("");
    });

    it("opens no stream", async () => {
      expect((await answerTo("HEAD", "/api/stream")).lines[0]).toBe("HTTP/1.1 200 OK");
      expect(asked).toEqual([]);
      expect(hub.pageCount).toBe(0);
    });

    it("is refused under a foreign host name", async () => {
      const answer = await raw("HEAD /api/state HTTP/1.1", "host: evil.example");
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer.split("\r\n\r\n")[1]).toBe("");
    });
  });

  it.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", ""])(
    "refuses the host name %j",
    async (host) => {
      expect(await raw("GET /api/state HTTP/1.1", `host: ${host}`)).toMatch(/^HTTP\/1.1 40[03] /);
    },
  );

  it.each(["127.0.0.1:8080", "localhost:9", "localhost", "[::1]:80"])("answers to %s", async (host) => {
    expect(await raw("GET /api/state HTTP/1.1", `host: ${host}`)).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each(["/../package.json", "/..%2fpackage.json", "/assets/../../x", "/%00", "/api", "/assets/"])(
    "finds nothing at %s",
    async (path) => {
      expect(await raw(`GET ${path} HTTP/1.1`, "host: localhost")).toMatch(/^HTTP\/1.1 40[04] /);
    },
  );

  it("answers with the state once", async () => {
    expect(await (await get("/api/state")).json()).toEqual({ gapCount: 7 });
  });

  it.each([
    ["view=bad", "set view to one of: overview, devices, device, topics, lake, conservation.\n"],
    ["view=devices&page=-1", "set page to a whole number from 0.\n"],
    ["view=devices&page=1&page=2", "set page once.\n"],
    [`search=${"x".repeat(201)}`, "set search to at most 200 characters.\n"],
  ])("explains what is wrong with the query %s", async (query, problem) => {
    const answer = await get(`/api/stream?${query}`);
    expect([answer.status, await answer.text()]).toEqual([400, problem]);
  });

  it("streams the view of the page until it leaves", async () => {
    const going = new AbortController();
    const answer = await get("/api/stream?view=devices&search=%3Cb%3E&page=2&device=x&more=1", {
      signal: going.signal,
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("full")) text += (await reader?.read())?.value ?? "";
    expect(text).toBe("retry: 1000\n\nevent: overview\ndata: {}\n\nevent: full\ndata: 1\n\n");
    expect(asked).toEqual([{ view: "devices", search: "<b>", page: 2 }]);
    expect(hub.pageCount).toBe(1);
    going.abort();
    await vi.waitFor(() => expect(hub.pageCount).toBe(0));
  });

  it("refuses more pages than it can serve", async () => {
    const going = new AbortController();
    const open = () => get("/api/stream", { signal: going.signal });
    await Promise.all(Array.from({ length: 256 }, open));
    expect((await open()).status).toBe(503);
    going.abort();
    await vi.waitFor(() => expect(hub.pageCount).toBe(0));
    expect((await get("/api/stream", { signal: AbortSignal.timeout(1_000) })).status).toBe(200);
  });
});

it("eventText keeps line feeds in one line", () => {
  const text = eventText("points", { nowMs: 1, points: { "a\n\ndata: x": {} } });
  expect(text).toBe('event: points\ndata: {"nowMs":1,"points":{"a\\n\\ndata: x":{}}}\n\n');
});

it("readPageFiles compresses each file unchanged", () => {
  const files = readPageFiles(__dirname);
  const own = files.find(({ path }) => path === "server.test.ts");
  expect(own?.type).toBe("application/octet-stream");
  expect(own && gunzipSync(own.gzipped).equals(own.content)).toBe(true);
});
