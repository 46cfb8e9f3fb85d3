import { environmentLines } from "../../contract/environment/variables";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StateFrame } from "../../contract/frames/frames";
import { ConfigError, parseStackConfig } from "../../infra/config/parse";
import { projectContext } from "../../infra/config/project-files";
import { containerName } from "../../infra/model/names";
import { planStack } from "../../infra/plan/stack";
import { dockerAddresses, networkName } from "../../infra/targets/docker/names";
import { readStackConfiguration } from "../plan/stack-config";
import { messageOf, SetupError } from "../setup/errors.mjs";
import { docker } from "../lake/table/docker";
import { consumerGroup, sensorsRead, topicsRead } from "../../infra/model/consumer-reads";
import type { StackSpec } from "../../infra/model/spec";
import { planStackMap } from "../../infra/model/stack-map";
import { appDefaults } from "../../infra/plan/apps";
import { consumerDeployments } from "../../infra/plan/consumers";
import { type StackPlan } from "../../infra/plan/stack";
import type { StateSource } from "./snapshot";

/** The observer has to find the brokers and check each container once before it knows the state. */
const settlesWithinMs = 15_000;
/** Rates are averages of the last seconds. */
const ratesNeedSeconds = 4;

/** Starts a dashboard without its page in the stack's network, for a stack that has no dashboard. */
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
    return { spec, plan: planStack(spec, dockerAddresses) };
  } catch (error) {
    throw error instanceof ConfigError ? new SetupError(error.message) : error;
  }
}

/** The image of the stack's apps: that of the job topic-init, which all stacks have. */
async function appImage(stack: string): Promise<string> {
  const job = containerName(stack, "topic-init");
  return (await docker(["container", "inspect", "--format", "{{.Image}}", job])).toString("utf8").trim();
}

/** A container that prints the state each second, as one line. */
class Observer implements StateSource {
  private state: StateFrame | undefined;
  private lastError = "";
  private readonly ended: Promise<void>;
  private readonly settled: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.lastError = messageOf(error);
        resolve();
      });
      child.once("close", () => resolve());
    });
    child.stderr?.on("data", (data: Buffer) => (this.lastError = data.toString("utf8").trim()));
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
      throw new Error(`the observer ended: ${this.lastError.split("\n").at(-1) || "without a message"}`);
    return this.state;
  }

  /** Docker's client leaves the container running when it is ended itself. */
  async close(): Promise<void> {
    await docker(["rm", "--force", this.name]).catch(() => undefined);
    await this.ended;
  }
}

/** The name of the container that observes a stack for `npm run status`; several may run at once. */
export function observerName(stack: string, processId: number): string {
  return containerName(stack, `status-${processId}`);
}

/**
 * The arguments of `docker` for an observer that reads a stack as its dashboard would: in its network, with the lake's volume, without a
 * port.
 * @param image of the stack's apps, which has the dashboard's program
 */
export function observerArguments(
  spec: StackSpec,
  plan: Pick<StackPlan, "stack" | "lake">,
  image: string,
  name: string,
): string[] {
  const memoryMegabytes = consumerDeployments.dashboard.memoryMegabytes(sensorsRead({}, spec.devices));
  const options = [
    ...["--name", name, "--network", networkName(plan.stack), "--user", "node", "--read-only"],
    ...["--tmpfs", "/tmp:rw,noexec,nosuid,size=16m", "--cap-drop", "ALL"],
    ...["--security-opt", "no-new-privileges:true", "--log-driver", "none"],
    ...["--memory", `${memoryMegabytes}m`, "--memory-swap", `${memoryMegabytes}m`],
    ...["--volume", `${containerName(plan.stack, plan.lake.volume)}:${plan.lake.mountPath}:ro`],
  ];
  const variables = observerEnvironment(spec).flatMap((line) => ["--env", line]);
  return ["run", "--rm", "--init", ...options, ...variables, image, "node", "/app/dashboard.js"];
}

function observerEnvironment(spec: StackSpec): string[] {
  const common = {
    ...appDefaults,
    CONSUMER_NAME: "status",
    CONSUMER_GROUP: consumerGroup("status"),
    CONSUMER_TOPICS: topicsRead({}, spec.devices),
  };
  const allTopics = topicsRead({}, spec.devices);
  const environment = consumerDeployments.dashboard.environment(common, {
    allTopics,
    lake: spec.lake,
    map: planStackMap(spec),
  });
  return [...environmentLines(environment), "DASHBOARD_PRINTS=true"];
}

/** Whether an observer knows everything: containers, topics, and the offsets that groups have committed. */
export function isSettled({ overview }: StateFrame): boolean {
  const { brokers, coordinators, consumers, deviceContainers, totals, conservation } = overview;
  const nodes = [...brokers, ...coordinators, ...consumers, ...deviceContainers.shown];
  return (
    nodes.every(({ condition }) => condition !== "unknown") &&
    totals.partitions >= totals.topics &&
    consumers.every(({ group, lag }) => group === undefined || lag !== null) &&
    conservation.waitingFor === undefined &&
    conservation.topicsRead === 1 &&
    conservation.tableRead === 1
  );
}
