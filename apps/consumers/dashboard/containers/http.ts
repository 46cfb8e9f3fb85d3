import { Resolver } from "node:dns";
import { Agent, get, type IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";

/** What a container answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const withinMs = 2_000;
const maxBytes = 16 * 1_048_576;

const resolver = new Resolver({ timeout: 1_000, tries: 1 });

/** The system's own lookup would block one of Node's few threads for seconds wherever a container is gone, and the files wait for them too. */
const lookup: LookupFunction = (hostname, options, callback) => {
  resolver.resolve4(hostname, (error, addresses) => {
    if (error !== null || addresses[0] === undefined) callback(error ?? new Error("no address"), []);
    else if (options.all === true)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0], 4);
  });
};

/** Asks the containers of a stack's network over connections that are kept open. */
export class ContainerClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 2, lookup });

  /** @throws Error with a reason in words when there is no whole answer within two seconds. */
  get(url: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(withinMs);
      const fail = (error: Error) => reject(new Error(reasonOf(error)));
      const request = get(url, { agent: this.agent, signal }, (response) => {
        read(response).then(resolve, fail);
      });
      request.on("error", fail);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}

function reasonOf(error: Error): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (/ENOTFOUND|ENODATA|EREFUSED|ESERVFAIL|ETIMEOUT/.test(code)) return "its container does not run";
  if (code === "ECONNREFUSED") return "nothing listens in its container";
  if (/EHOSTUNREACH|ENETUNREACH/.test(code)) return "its container cannot be reached";
  if (/ECONNRESET|EPIPE/.test(code)) return "it closed the connection";
  if (code === "ABORT_ERR" || error.name === "TimeoutError" || error.name === "AbortError")
    return `no answer within ${withinMs / 1_000} s`;
  return error.message;
}
