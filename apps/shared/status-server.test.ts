import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { jsonAnswer, StatusServer } from "./status-server";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe("the status server", () => {
  const servers: StatusServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const serve = async () => {
    const server = new StatusServer();
    servers.push(server);
    server.route("/a", () => jsonAnswer({ well: true }));
    server.route("/b", () => Promise.resolve(jsonAnswer({ well: false }, 503)));
    server.route("/c", () => Promise.reject(new Error("it is broken")));
    return { server, port: await server.listen(0) };
  };

  const ask = (port: number, path: string, method = "GET"): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      });
      asked.on("error", reject);
      asked.end();
    });

  it("answers each path with its current state, with any query", async () => {
    const { port } = await serve();
    expect(await ask(port, "/a?x=1")).toMatchObject({ status: 200, body: '{"well":true}\n' });
    expect(await ask(port, "/b")).toMatchObject({
      status: 503,
      body: '{"well":false}\n',
      headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    });
    expect(await ask(port, "/c")).toMatchObject({ status: 500, body: "it is broken\n" });
    expect(await ask(port, "/d")).toMatchObject({
      status: 404,
      body: "not found; the paths are /a, /b, /c\n",
    });
  });

  it("accepts only GET and HEAD", async () => {
    const { port } = await serve();
    expect(await ask(port, "/a", "HEAD")).toMatchObject({
      status: 200,
      headers: { "content-length": "14" },
      body: "",
    });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect(await ask(port, "/a", method)).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    }
  });

  it("explains why it cannot listen on a port", async () => {
    const { port } = await serve();
    const other = new StatusServer();
    servers.push(other);
    await expect(other.listen(port)).rejects.toThrow(
      `METRICS_PORT: found ${port}, but this app cannot listen on that port (another program uses it: stop that program, or set another port, or 0 for any free port)`,
    );
  });
});
