import { delay } from "../../apps/shared/shutdown";
import { paths, type StateFrame } from "../../contract/frames/frames";
import { dashboardContainerPort } from "../../contract/ports";
import { docker } from "../lake/table/docker";
import { type Container, containersOf } from "../setup/containers.mjs";
import { messageOf, SetupError } from "../setup/errors.mjs";
import { startObserver } from "./observer";
import { type Restarts, restartsOf, type Snapshot, type StateSource } from "./snapshot";

const answerWithinMs = 5_000;

/** The address of a stack's dashboard on this machine; undefined if none runs. */
async function dashboardAddress(stack: string): Promise<string | undefined> {
  const filters = [
    "--filter",
    `label=kafka-iot-sim.stack=${stack}`,
    "--filter",
    "label=kafka-iot-sim.role=consumer",
  ];
  const ports = (await docker(["ps", ...filters, "--format", "{{.Ports}}"])).toString("utf8");
  const port = new RegExp(`127\\.0\\.0\\.1:(\\d+)->${dashboardContainerPort}/tcp`).exec(ports)?.[1];
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

/** Requests the state from a dashboard. */
export function dashboardSource(address: string): StateSource {
  return {
    async latest() {
      try {
        const response = await fetch(`${address}${paths.state}`, {
          signal: AbortSignal.timeout(answerWithinMs),
        });
        if (!response.ok) throw new Error(`it answers with status ${response.status}`);
        return (await response.json()) as StateFrame;
      } catch (error) {
        throw new Error(`the dashboard at ${address} does not answer (${causeOf(error)})`, { cause: error });
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The error of `fetch` has the problem of the connection as its cause. */
function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

/** The state of a stack by the engine. */
interface EngineView {
  readonly containers: readonly Container[];
  readonly restarts: readonly Restarts[];
}

async function engineView(stack: string): Promise<EngineView> {
  const containers = await containersOf(stack);
  return { containers, restarts: await restartsOf(stack, containers) };
}

/** Takes snapshots of a stack. */
export class StackWatch {
  private source: StateSource | undefined;
  private engine: Promise<EngineView> | undefined;
  private askAgainMs = 0;

  /** @param onObserver called if the first snapshot takes some seconds, because the stack has no dashboard */
  constructor(
    private readonly stack: string,
    private readonly onObserver: () => void,
  ) {}

  /** @throws SetupError if there is no such stack, or no engine answers. */
  async snapshot(): Promise<Snapshot> {
    const { containers, restarts } = await this.currentEngine();
    if (containers.length === 0)
      throw new SetupError(
        `Nothing runs in stack "${this.stack}": npm start brings it up, --stack NAME shows another.`,
      );
    const state = await this.state().then(
      (found) => ({ state: found }),
      (error: unknown) => ({ state: undefined, stateProblem: messageOf(error).split("\n")[0] ?? "" }),
    );
    return { stack: this.stack, nowMs: Date.now(), containers, restarts, ...state };
  }

  async close(): Promise<void> {
    await this.source?.close();
  }

  /** Listing a thousand containers keeps the engine busy for a second: it is not asked more than a fifth of the time. */
  private async currentEngine(): Promise<EngineView> {
    if (this.engine === undefined || performance.now() >= this.askAgainMs) {
      const startedMs = performance.now();
      this.engine = engineView(this.stack);
      await this.engine;
      const tookMs = performance.now() - startedMs;
      this.askAgainMs = performance.now() + 4 * tookMs;
    }
    return this.engine;
  }

  /** After a failure the source is found again the next time: an update may have replaced or removed the dashboard. */
  private async state() {
    this.source ??= await this.findSource();
    try {
      return ofThisVersion(await this.source.latest());
    } catch (error) {
      await this.source.close();
      this.source = undefined;
      throw error;
    }
  }

  private async findSource(): Promise<StateSource> {
    const address = await dashboardAddress(this.stack);
    if (address !== undefined) return dashboardSource(address);
    this.onObserver();
    return startObserver(this.stack);
  }
}

/** @throws Error if the state has no list of reasons why nothing is proved: without it nothing counts as proved */
export function ofThisVersion(state: StateFrame): StateFrame {
  if (!("unproved" in state.overview.conservation))
    throw new Error("the dashboard is of another version of this program: npm start replaces it");
  return state;
}

/** Calls back each second from the next on, or at once if a call took longer, until the signal aborts. */
export async function eachSecond(signal: AbortSignal, callBack: () => Promise<void>): Promise<void> {
  let nextMs = performance.now() + 1_000;
  for (;;) {
    if ((await delay(Math.max(0, nextMs - performance.now()), signal)) === "aborted") return;
    nextMs = performance.now() + 1_000;
    await callBack();
  }
}
