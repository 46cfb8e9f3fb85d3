/**
 * Serves the page with made-up stacks, for working on it: `npx vite build apps/consumers/dashboard/page --watch --outDir /tmp/page`,
 * and `npx tsx apps/consumers/dashboard/page/dev/server.ts /tmp/page 8090`. Each scenario has a port of its own, from that one on.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { paths } from "../../../../../contract/frames/frames";
import { type Asked, MadeUpStack } from "./made-up-stack";
import { scenarios } from "./scenarios";

const [directory, firstPort] = [process.argv[2], Number(process.argv[3] ?? 8090)];
if (directory === undefined) throw new Error("Name the directory of the built page.");

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const quickMs = 100;

function servePage(path: string, response: ServerResponse): void {
  const name = path === "/" ? "index.html" : normalize(path);
  try {
    const content = readFileSync(join(directory ?? "", name));
    response.setHeader("Content-Type", types[extname(name)] ?? "application/octet-stream");
    response.setHeader("Content-Security-Policy", policy);
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function serveStream(
  stack: MadeUpStack,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const asked: Asked = {
    view: query.get("view") ?? "overview",
    search: query.get("search") ?? "",
    page: Number(query.get("page") ?? 0),
    device: query.get("device") ?? "",
  };
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = (event: string, frame: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(frame)}\n\n`);
  let sentMs = Date.now();
  const devices = stack.devices(sentMs, asked);
  const showsDevices = asked.view === "devices" || asked.view === "device";
  const sendSlow = (nowMs: number) => {
    send("overview", stack.overview(nowMs));
    if (asked.view === "topics") send("topics", stack.topics(asked));
    if (asked.view === "lake") send("lake", stack.lake(nowMs));
    if (asked.view === "conservation") send("conservation", stack.conservation(nowMs, asked));
  };
  sendSlow(sentMs);
  if (showsDevices) send("devices", devices);
  let ticks = 0;
  const timer = setInterval(() => {
    const nowMs = Date.now();
    const isSlow = ++ticks % 10 === 0;
    if (isSlow) sendSlow(nowMs);
    if (showsDevices) send("points", stack.points(sentMs + 1, nowMs, devices, isSlow));
    sentMs = nowMs;
  }, quickMs);
  request.on("close", () => clearInterval(timer));
}

Object.entries(scenarios).forEach(([name, scenario], index) => {
  const stack = new MadeUpStack(scenario);
  const port = firstPort + index;
  createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === paths.stream) serveStream(stack, url.searchParams, request, response);
    else servePage(url.pathname, response);
  }).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}  ${name}`));
});
