import Fastify, { type FastifyInstance } from "fastify";
import { z } from "zod";
import { maxNameLength, paths, type StateFrame, views } from "../../../../contract/frames/frames";
import type { Hub } from "./hub";
import { answer, type PageFile, servePage } from "./page-files";

/** The query of a page. Parts that a view does not use are left out, so that pages of the same view share their events. */
export const StreamQuery = z
  .object({
    view: z.enum(views, `set view to one of: ${views.join(", ")}`).default("overview"),
    search: z
      .string("set search once")
      .max(maxNameLength, `set search to at most ${maxNameLength} characters`)
      .default(""),
    page: z
      .string("set page once")
      .regex(/^\d{1,6}$/, "set page to a whole number from 0")
      .default("0")
      .transform(Number),
    device: z
      .string("set device once")
      .max(maxNameLength, `set device to at most ${maxNameLength} characters`)
      .default(""),
  })
  .transform(({ view, search, page, device }) => {
    if (view === "overview" || view === "lake") return { view };
    return view === "device" ? { view, device } : { view, search, page };
  });
export type StreamQuery = z.output<typeof StreamQuery>;

/** Streams that may be open at the same time; browsers allow six for one origin over HTTP/1.1. */
const maxPages = 256;
/** A request is a short path and a few short headers. */
const maxHeadWithinMs = 10_000;

export interface DashboardServerOptions {
  readonly hub: Hub<StreamQuery>;
  readonly state: () => StateFrame;
  readonly page: readonly PageFile[];
}

/** Serves the page, its stream, and the state once. */
export function dashboardServer({ hub, state, page }: DashboardServerOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    requestTimeout: maxHeadWithinMs,
  });
  secure(server);
  servePage(server, page);

  answer(server, paths.state, (_request, reply) => reply.header("cache-control", "no-store").send(state()));

  answer(server, paths.stream, (request, reply) => {
    const query = StreamQuery.safeParse(request.query);
    if (!query.success) {
      const [issue] = query.error.issues;
      return reply
        .code(400)
        .type("text/plain")
        .send(`${issue?.message ?? "The query cannot be read"}.\n`);
    }
    if (hub.pageCount >= maxPages)
      return reply.code(503).type("text/plain").send(`${maxPages} pages are open already: close some.\n`);
    // From here on the answer is an endless stream.
    reply.hijack();
    const { raw } = reply;
    raw.socket?.setNoDelay(true);
    raw.writeHead(200, {
      ...securityHeaders,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    });
    if (request.method === "HEAD") {
      raw.end();
      return undefined;
    }
    raw.write("retry: 1000\n\n");
    const leave = hub.join(query.data, raw);
    raw.on("close", leave);
    raw.on("error", leave);
    return undefined;
  });

  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).type("text/plain").send("There is nothing here.\n"),
  );
  return server;
}

/** The page loads everything from this server, sends nothing elsewhere, and nobody may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer. */
const securityHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Allows only GET and HEAD, and only names of this machine as host: otherwise a foreign page could use DNS rebinding to count as the same
 * origin.
 */
function secure(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    if (!["GET", "HEAD"].includes(request.method))
      await reply
        .code(405)
        .header("allow", "GET, HEAD")
        .type("text/plain")
        .send("Only GET and HEAD are answered here.\n");
    else if (!isLocal.test(request.headers.host ?? ""))
      await reply
        .code(403)
        .type("text/plain")
        .send("Open this page as http://127.0.0.1 or http://localhost, at its port.\n");
  });
}
