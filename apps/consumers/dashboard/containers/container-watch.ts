import { Resolver } from "node:dns";
import { Agent, get, type IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import type { NodeFrame } from "../../../../contract/frames/frames";
import { HealthReport } from "../../../../contract/metrics";
import { stalledAfterMs } from "../../../shared/stall-watch";
import { messageOf } from "../../../shared/text";
import { ConditionRecord } from "./condition";

/** A container that is checked. */
export interface WatchedContainer {
  readonly name: string;
  /** Where it reports its health. Of an answer that is no {@link HealthReport} only the status counts. */
  readonly healthUrl: string;
  /** Where it reports more, if it does. */
  readonly dataUrl?: string;
  /** Takes that answer. An error counts as no answer. */
  readonly onData?: (body: string) => void;
}

const atOnce = 16;
const fastestMs = 1_000;
/** At most so many checks a second, however many containers there are: each costs both sides about half a millisecond. */
const maxPerSecond = 40;
const stepMs = 50;

/** Checks containers again and again, and keeps the condition of each. */
export class ContainerWatch {
  private readonly records: ReadonlyMap<string, ConditionRecord>;
  private readonly waiting: WatchedContainer[];
  private readonly dueMs = new Map<string, number>();
  /** The last reasons that unhealthy containers have reported: after a restart they do not know it any more. */
  private readonly lastReasons = new Map<string, string>();
  private checking = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    containers: readonly WatchedContainer[],
    private readonly ask: (url: string) => Promise<Answer>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.records = new Map(containers.map(({ name }) => [name, new ConditionRecord(name)]));
    this.waiting = [...containers];
  }

  start(): void {
    this.timer = setInterval(() => this.step(), stepMs).unref();
    this.step();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The condition of a container; undefined for one that is not watched. */
  frame(name: string): NodeFrame | undefined {
    return this.records.get(name)?.frame;
  }

  /** The interval between two checks of a container. */
  private get everyMs(): number {
    return Math.max(fastestMs, (this.records.size * 1_000) / maxPerSecond);
  }

  /** The containers wait in the order of their last checks. */
  private step(): void {
    while (this.checking < atOnce) {
      const [next] = this.waiting;
      if (next === undefined || (this.dueMs.get(next.name) ?? 0) > this.now()) return;
      this.waiting.shift();
      this.dueMs.set(next.name, this.now() + this.everyMs);
      this.checking++;
      void this.check(next).finally(() => {
        this.checking--;
        this.waiting.push(next);
      });
    }
  }

  private update(name: string, [condition, reason = ""]: Health): void {
    const record = this.records.get(name);
    if (record === undefined) return;
    if (condition === "healthy") {
      this.lastReasons.delete(name);
      record.set(condition);
      return;
    }
    const before = this.lastReasons.get(name);
    if (condition === "sick") this.lastReasons.set(name, reason);
    const shown = condition === "sick" || before === undefined ? reason : `${reason}; before that: ${before}`;
    // A container that was unhealthy before it started again, or has been starting for long, counts as unhealthy until it reports otherwise.
    const isLate = condition === "unknown" && (before !== undefined || record.unhealthyMs >= stalledAfterMs);
    record.set(isLate ? "sick" : condition, shown);
  }

  private async check({ name, healthUrl, dataUrl, onData }: WatchedContainer): Promise<void> {
    try {
      this.update(name, healthOf(await this.ask(healthUrl)));
    } catch (error) {
      this.update(name, ["unreachable", messageOf(error)]);
      return;
    }
    if (dataUrl === undefined) return;
    try {
      const { status, body } = await this.ask(dataUrl);
      if (status === 200) onData?.(body);
    } catch {
      // Its health is known; the other data are requested again with the next check.
    }
  }
}

type Health = readonly [condition: NodeFrame["condition"], reason?: string];

function healthOf({ status, body }: Answer): Health {
  if (status === 200) return ["healthy"];
  const report = HealthReport.safeParse(jsonOf(body));
  const reason = report.data?.reason ?? `it answers with status ${status}`;
  return report.data?.status === "starting"
    ? ["unknown", report.data.reason ?? "it is starting"]
    : ["sick", reason];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The answer of a container. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const withinMs = 2_000;
const maxBytes = 16 * 1_048_576;

const resolver = new Resolver({ timeout: 1_000, tries: 1 });

/** If a container is gone, the system's own lookup would block one of Node's few threads for seconds, and file access needs these threads too. */
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

/** Sends requests to the containers of a stack's network over connections that are kept open. */
export class ContainerClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 2, lookup });

  /** @throws Error whose message is the reason, if the whole answer does not come within two seconds */
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
