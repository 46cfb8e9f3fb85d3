import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../plan/stack";

/** The images that a stack takes as they are. They stay on the engine when the stack goes. */
export class PulledImages extends pulumi.ComponentResource {
  /** The engine's id of each image, `sha256:…`. */
  readonly ids: Readonly<Record<keyof StackPlan["images"], pulumi.Output<string>>>;

  constructor(
    name: string,
    args: { readonly images: StackPlan["images"] },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:images:PulledImages", name, {}, opts);
    const pull = (what: keyof StackPlan["images"]) =>
      new docker.RemoteImage(
        `${what}-image`,
        { name: args.images[what], keepLocally: true },
        { parent: this },
      ).imageId;
    this.ids = { kafka: pull("kafka"), zookeeper: pull("zookeeper"), node: pull("node") };
    this.registerOutputs({ ids: this.ids });
  }
}
