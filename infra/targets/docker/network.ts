import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { dockerLabels, type Owner } from "./names";

/** The private bridge network of a stack, in which containers find each other by name. */
export class StackNetwork extends pulumi.ComponentResource {
  /** The network's name, known once it exists. */
  readonly networkName: pulumi.Output<string>;

  constructor(
    name: string,
    args: Owner & { readonly network: string },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:network:StackNetwork", name, {}, opts);
    const network = new docker.Network(
      name,
      {
        name: args.network,
        driver: "bridge",
        labels: dockerLabels(args),
      },
      // A network of an earlier version has no mark, and need not be replaced for it.
      { parent: this, deleteBeforeReplace: true, ignoreChanges: ["labels"] },
    );
    this.networkName = network.name;
    this.registerOutputs({ networkName: this.networkName });
  }
}
