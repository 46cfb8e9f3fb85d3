import Fastify, { type FastifyInstance } from "fastify";
import { paths, type StateFrame } from "../../../../contract/frames/frames";
import { answer } from "./answer";
import type { Hub } from "./hub";
import { type PageFile, servePage } from "./page-files";
import { StreamQuery } from "./query";
import { secure, securityHeaders } from "./security";

/** Streams that may be open at the same time; browsers allow six of one page's origin over HTTP/1.1. */
const maxPages = 256;
/** Nobody has more to say than a short path and a few short headers. */
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
    // From here on the answer is a stream that does not end.
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
