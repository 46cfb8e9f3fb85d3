import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "./text";

/** The answer of a path. */
export interface StatusAnswer {
  /** 200 if left out. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

/** Makes the answer of a path at each request. */
export type StatusRoute = () => StatusAnswer | Promise<StatusAnswer>;

/** Makes an answer of a JSON value. */
export function jsonAnswer(value: unknown, status = 200): StatusAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(value)}\n` };
}

/** Serves what an app reports of itself to others in the private network. It accepts only GET and HEAD, and no bodies. */
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
   * @param port 0 for any free port
   * @returns the port that it listens on
   * @throws Error for people, with the remedy, if it cannot listen on the port
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `METRICS_PORT: found ${port}, but this app cannot listen on that port (${problemOf(error)})`,
          ),
        ),
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
    if (method !== "GET" && method !== "HEAD") return words(405, "only GET and HEAD are allowed");
    const [path = ""] = url.split("?");
    const route = this.routes.get(path);
    if (route === undefined)
      return words(404, `not found; the paths are ${[...this.routes.keys()].join(", ")}`);
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
  if (code === "EADDRINUSE")
    return "another program uses it: stop that program, or set another port, or 0 for any free port";
  if (code === "EACCES") return "it requires more permissions: set a port from 1024 on";
  return message;
}
