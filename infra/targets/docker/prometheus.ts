import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { prometheusContainerPort } from "../../../contract/ports";
import { type Healthcheck, longRunningContainer } from "./container";
import type { Owner } from "./labels";
import { stackVolume } from "./volume";
import type { PrometheusPlan } from "../../plan/prometheus";
import { preparePrometheusContext, scrapeConfigHash } from "../../prometheus-image/context";

/** Prometheus with the stack's targets in its configuration: an image made from the official one, its data on a volume. */
export class Prometheus extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(
    name: string,
    args: Owner & {
      readonly plan: PrometheusPlan;
      readonly baseImage: { readonly reference: string; readonly id: pulumi.Output<string> };
      readonly network: pulumi.Input<string>;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:consumers:Prometheus", name, {}, opts);
    const { plan, stack, mark, network } = args;
    const volume = stackVolume(
      `${plan.name}-metrics`,
      { stack, mark, volume: plan.volume },
      { parent: this },
    ).name;
    this.container = longRunningContainer(
      plan.name,
      {
        stack,
        mark,
        role: "consumer",
        container: plan.container,
        image: this.image(args),
        network,
        user: "nobody",
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          `--storage.tsdb.path=${dataDirectory}`,
          ...plan.arguments,
        ],
        environment: [],
        memoryMegabytes: plan.memoryMegabytes,
        readOnlyRoot: true,
        tmpfs: {},
        volumes: [{ volume, path: dataDirectory }],
        port: plan.port,
        healthcheck: prometheusServes,
        stopGraceSeconds: plan.stopGraceSeconds,
      },
      { parent: this },
    );
    this.registerOutputs({ container: this.container.name });
  }

  private image({
    plan,
    stack,
    baseImage,
  }: ConstructorParameters<typeof Prometheus>[1]): pulumi.Output<string> {
    const hash = scrapeConfigHash(plan.scrapeConfig);
    // Relative to the project, as the app image's; a preview leaves nothing behind.
    const directory = `dist/prometheus-image/${hash}`;
    if (!pulumi.runtime.isDryRun()) preparePrometheusContext(directory, plan.scrapeConfig);
    return new docker.RemoteImage(
      "prometheus-config-image",
      {
        // Another base makes another name: what was replaced is removed by its name, which must not be that of the new one.
        name: baseImage.id.apply((id) => `kafka-iot-sim/prometheus-config:${stack}-${hash}-${shortHash(id)}`),
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

/** Where the image keeps its data; the directory is `nobody`'s, as the image's documentation says. */
const dataDirectory = "/prometheus";

/** A question that is always answered. The image has no shell in some of its variants, and this program in all of them. */
const prometheusServes: Healthcheck = {
  test: ["CMD", "/bin/promtool", "query", "instant", `http://localhost:${prometheusContainerPort}`, "1"],
  startTimeoutSeconds: 90,
};

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
