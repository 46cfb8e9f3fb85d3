import type { FastifyInstance, RouteHandlerMethod } from "fastify";

/** Answers GET and HEAD at a path alike, down to the length of the body; Node leaves the body itself out of an answer to HEAD. */
export function answer(server: FastifyInstance, url: string, handler: RouteHandlerMethod): void {
  server.route({ method: ["GET", "HEAD"], url, handler });
}
