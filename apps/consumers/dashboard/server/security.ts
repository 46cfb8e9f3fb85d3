import type { FastifyInstance } from "fastify";

/** Everything comes from this server alone, and nothing else may frame the page or be sent to by it. */
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
export const securityHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Lets nothing in but GET and HEAD, and only by names of this machine: a page of elsewhere whose name was made to mean this machine (DNS
 * rebinding) would otherwise count as of the same origin.
 */
export function secure(server: FastifyInstance): void {
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
