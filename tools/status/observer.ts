import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StateFrame } from "../../contract/frames/frames";
import { ConfigError, parseStackConfig } from "../../infra/config/parse";
import { projectContext } from "../../infra/config/project-files";
import { planStack } from "../../infra/plan/stack";
import { docker } from "../lake/docker";
import { readStackConfiguration } from "../plan/stack-config";
import { messageOf, SetupError } from "../setup/errors.mjs";
import { containerName } from "../../infra/model/names";
import { isSettled, observerArguments, observerName } from "./observer-plan";
import type { StateSource } from "./source";

/** It has to find brokers and look at each container once before there is anything to say. */
const settlesWithinMs = 15_000;
/** Rates are averages of the last seconds. */
const ratesNeedSeconds = 4;

/** Starts a dashboard's eyes without its page, in the stack's network, for a stack that has no dashboard. */
export async function startObserver(stack: string): Promise<StateSource> {
  const { spec, plan } = await plannedStack(stack);
  const image = await appImage(stack);
  const name = observerName(stack, process.pid);
  const child = spawn("docker", observerArguments(spec, plan, image, name), {
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C is for this process, which then ends the container.
    detached: true,
  });
  return new Observer(child, name);
}

async function plannedStack(stack: string) {
  const { raw } = await readStackConfiguration(stack);
  try {
    const spec = parseStackConfig(stack, raw, projectContext());
    return { spec, plan: planStack(spec) };
  } catch (error) {
    throw error instanceof ConfigError ? new SetupError(error.message) : error;
  }
}

/** The image that the stack's apps run from: that of the job that all stacks have. */
async function appImage(stack: string): Promise<string> {
  const job = containerName(stack, "topic-init");
  return (await docker(["container", "inspect", "--format", "{{.Image}}", job])).toString("utf8").trim();
}

/** A container that prints what it sees, a line each second. */
class Observer implements StateSource {
  private state: StateFrame | undefined;
  private complaint = "";
  private readonly ended: Promise<void>;
  private readonly settled: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.complaint = messageOf(error);
        resolve();
      });
      child.once("close", () => resolve());
    });
    child.stderr?.on("data", (data: Buffer) => (this.complaint = data.toString("utf8").trim()));
    let settledSeconds = 0;
    this.settled = new Promise((resolve) => {
      const lines = createInterface({ input: child.stdout ?? process.stdin });
      lines.on("line", (line) => {
        if (!line.startsWith("{")) return;
        this.state = JSON.parse(line) as StateFrame;
        if (isSettled(this.state)) settledSeconds++;
        if (settledSeconds === ratesNeedSeconds) resolve();
      });
    });
  }

  async latest(): Promise<StateFrame> {
    const late = new Promise((resolve) => setTimeout(resolve, settlesWithinMs).unref());
    await Promise.race([this.settled, this.ended, late]);
    if (this.child.exitCode !== null || this.state === undefined)
      throw new Error(`the observer ended: ${this.complaint.split("\n").at(-1) || "it said nothing"}`);
    return this.state;
  }

  /** Docker's client leaves the container running when it is ended itself. */
  async close(): Promise<void> {
    await docker(["rm", "--force", this.name]).catch(() => undefined);
    await this.ended;
  }
}
