import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, RouteHandlerMethod } from "fastify";

/** Answers GET and HEAD at a path alike, including the length of the body; Node omits the body of an answer to HEAD. */
export function answer(server: FastifyInstance, url: string, handler: RouteHandlerMethod): void {
  server.route({ method: ["GET", "HEAD"], url, handler });
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** A file of the page, held in memory. */
export interface PageFile {
  /** Below the server's root, without a slash in front. */
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
  readonly gzipped: Buffer;
  /** HTTP's entity tag. */
  readonly tag: string;
}

/** Reads all files of the built page. @throws Error if they do not exist */
export function readPageFiles(directory: string): PageFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const whole = join(entry.parentPath, entry.name);
      const content = readFileSync(whole);
      return {
        path: whole.slice(directory.length + 1).replaceAll("\\", "/"),
        type: types[extname(entry.name)] ?? "application/octet-stream",
        content,
        gzipped: gzipSync(content, { level: 9 }),
        tag: `"${createHash("sha256").update(content).digest("base64url").slice(0, 20)}"`,
      };
    });
}

/** Serves the files, `index.html` also for `/`. Browsers revalidate them each time: the next `up` may change them. */
export function servePage(server: FastifyInstance, files: readonly PageFile[]): void {
  for (const { path, type, content, gzipped, tag } of files) {
    const routes = path === "index.html" ? ["/", "/index.html"] : [`/${path}`];
    for (const route of routes)
      answer(server, route, (request, reply) => {
        reply.headers({ etag: tag, "cache-control": "no-cache", vary: "accept-encoding" });
        if (request.headers["if-none-match"] === tag) return reply.code(304).send();
        reply.type(type);
        if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(content);
        return reply.header("content-encoding", "gzip").send(gzipped);
      });
  }
}
