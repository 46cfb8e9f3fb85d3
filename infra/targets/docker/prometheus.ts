import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../app-image/bundle";
import { type BuildContext, contextHash, writeContext } from "../../app-image/context";
import type { Workload, WorkloadFile } from "../../plan/workload";
import { longRunningContainer, workloadVolumes } from "./container";
import { containerRuntime, type StackRuntime } from "./stack-runtime";

/** Prometheus with the stack's targets in its configuration: an image made from the official one, its data on a volume. */
export class Prometheus extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(
    name: string,
    args: {
      readonly plan: Workload;
      readonly runtime: StackRuntime;
      readonly baseImage: { readonly reference: string; readonly id: pulumi.Output<string> };
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:consumers:Prometheus", name, {}, opts);
    const { plan, runtime } = args;
    this.container = longRunningContainer(
      plan,
      containerRuntime(runtime, plan, this.image(args)),
      workloadVolumes(plan, runtime, this),
      { parent: this },
    );
    this.registerOutputs({ container: this.container.name });
  }

  private image({
    plan,
    runtime,
    baseImage,
  }: ConstructorParameters<typeof Prometheus>[1]): pulumi.Output<string> {
    const context = configContext(plan.files);
    const hash = contextHash(context);
    // Relative to the project, where the provider runs, so that the state does not name this machine's directories.
    const directory = `dist/prometheus-image/${hash}`;
    // A preview must leave nothing behind.
    if (!pulumi.runtime.isDryRun()) writeContext(join(projectDirectory, directory), context);
    return new docker.RemoteImage(
      "prometheus-config-image",
      {
        // Another base makes another name: what was replaced is removed by its name, which must not be that of the new one.
        name: baseImage.id.apply(
          (id) => `kafka-iot-sim/prometheus-config:${runtime.stack}-${hash}-${shortHash(id)}`,
        ),
        build: {
          context: directory,
          dockerfile: "Dockerfile",
          buildArgs: { BASE_IMAGE: baseImage.reference },
        },
      },
      { parent: this },
    ).imageId;
  }
}

/** Prometheus' documentation bakes a configuration into an image so (https://prometheus.io/docs/prometheus/latest/installation/). */
const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
ADD prometheus.yml /etc/prometheus/
`;

/** The build context of an image with a configuration. */
export function configContext(files: readonly WorkloadFile[]): BuildContext {
  return new Map([
    ["Dockerfile", Buffer.from(dockerfile)],
    ...files.map(({ path, content }) => [basename(path), Buffer.from(content)] as const),
  ]);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
