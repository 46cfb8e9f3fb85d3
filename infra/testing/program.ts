import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { program } from "../program";
import type { StackOutputs } from "../targets/target";
import { withFiles } from "./config";
import { ampleMachine } from "./machine";

/** A resource as the program registers it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

// The machine is not the plan's business: no engine is asked and nothing is bundled or written.
vi.mock("../targets/docker/preflight/survey", async (importActual) => ({
  ...(await importActual<object>()),
  surveyMachine: () => Promise.resolve(ampleMachine),
}));
vi.mock("../app-image/bundle", () => ({
  projectDirectory: "/nowhere",
  appImageHash: () => "0123456789ab",
  prepareContext: () => undefined,
}));
vi.mock("../app-image/context", async (importActual) => ({
  ...(await importActual<object>()),
  writeContext: () => undefined,
}));
vi.mock("../config/project-files", () => ({
  projectContext: () => withFiles({ "a.csv": "v\n1\n", "b.csv": "v\n2\n" }),
}));

/** The Docker resources of the last {@link run}, in the order of their registration. */
export let resources: Registered[] = [];
/** The values that the last {@link run} keeps in the state, by the names of their resources. */
export let stashed = new Map<string, unknown>();

class EngineMocks implements pulumi.runtime.Mocks {
  newResource(args: pulumi.runtime.MockResourceArgs) {
    const { type, name } = args;
    const inputs = args.inputs as Record<string, unknown>;
    if (type.startsWith("docker:")) resources.push({ type, name, inputs });
    const state: Record<string, unknown> = { ...inputs };
    if (type === "pulumi:index:Stash") {
      stashed.set(name, inputs["input"]);
      state["output"] = `the-${name}`;
    }
    if (type === "docker:index/remoteImage:RemoteImage") state["imageId"] = `sha256:${name}`;
    if (name === "topic-init" || name.endsWith("-sync"))
      Object.assign(state, { exitCode: 0, containerLogs: "" });
    return { id: `${name}-id`, state };
  }
  call() {
    return {};
  }
}

/** Runs the program with a raw configuration, on a machine that lacks nothing and with an engine that makes everything at once. */
export async function run(config: Record<string, unknown>): Promise<StackOutputs> {
  resources = [];
  stashed = new Map();
  await pulumi.runtime.setMocks(new EngineMocks(), "kafka-iot-sim", "dev", false);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        `kafka-iot-sim:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  const outputs = await program();
  await settle();
  return outputs;
}

/** Registration goes on after the program has returned, and ends when nothing more has been registered for a while. */
async function settle(): Promise<void> {
  for (let count = -1; count !== resources.length;) {
    count = resources.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The names of the last run's resources of a type, such as `container:Container`, sorted. */
export const names = (type: string) =>
  resources
    .filter((resource) => resource.type === `docker:index/${type}`)
    .map(({ name }) => name)
    .sort();
/** The inputs of a resource of the last run. */
export const inputsOf = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
