import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "./text";

/** What a path answers. */
export interface StatusAnswer {
  /** 200 if left out. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

/** Makes the answer of a path at each question. */
export type StatusRoute = () => StatusAnswer | Promise<StatusAnswer>;

/** A value as the answer of a path. */
export function jsonAnswer(value: unknown, status = 200): StatusAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(value)}\n` };
}

/** Answers what others in the private network ask an app about itself. It takes nothing: only GET and HEAD, without a body. */
export class StatusServer {
  private readonly routes = new Map<string, StatusRoute>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  get isListening(): boolean {
    return this.server.listening;
  }

  route(path: string, route: StatusRoute): void {
    this.routes.set(path, route);
  }

  /**
   * @param port 0 for any that is free
   * @returns the port it listens at
   * @throws Error in words if it cannot
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) =>
        reject(new Error(`METRICS_PORT: found ${port}, which cannot be listened at (${problemOf(error)})`)),
      );
      this.server.listen(port, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer({ method, url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status = 200, contentType, body } = await this.answerOf(method, url);
    response.writeHead(status, {
      "content-type": contentType,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      ...(status === 405 && { allow: "GET, HEAD" }),
    });
    response.end(body);
  }

  private async answerOf(method: string | undefined, url: string): Promise<StatusAnswer> {
    if (method !== "GET" && method !== "HEAD") return words(405, "only GET and HEAD are answered");
    const [path = ""] = url.split("?");
    const route = this.routes.get(path);
    if (route === undefined) return words(404, `there is only ${[...this.routes.keys()].join(", ")}`);
    try {
      return await route();
    } catch (error) {
      return words(500, messageOf(error));
    }
  }
}

function words(status: number, message: string): StatusAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body: `${message}\n` };
}

function problemOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "another program does: stop it, or set another port, or 0 for any";
  if (code === "EACCES") return "it takes more rights than this program has: set one from 1024 on";
  return message;
}
