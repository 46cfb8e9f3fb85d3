import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../../plan/stack";

/** The images that a stack takes as they are. They stay on the engine when the stack goes. */
export class PulledImages extends pulumi.ComponentResource {
  /** The engine's id of each image, `sha256:…`. */
  readonly ids: {
    readonly kafka: pulumi.Output<string>;
    readonly node: pulumi.Output<string>;
    readonly zookeeper?: pulumi.Output<string>;
    readonly prometheus?: pulumi.Output<string>;
  };

  constructor(
    name: string,
    args: { readonly images: StackPlan["images"] },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:images:PulledImages", name, {}, opts);
    const pull = (what: keyof StackPlan["images"], image: string) =>
      new docker.RemoteImage(`${what}-image`, { name: image, keepLocally: true }, { parent: this }).imageId;
    const { kafka, node, zookeeper, prometheus } = args.images;
    this.ids = {
      kafka: pull("kafka", kafka),
      node: pull("node", node),
      ...(zookeeper !== undefined && { zookeeper: pull("zookeeper", zookeeper) }),
      ...(prometheus !== undefined && { prometheus: pull("prometheus", prometheus) }),
    };
    this.registerOutputs({ ids: this.ids });
  }
}
