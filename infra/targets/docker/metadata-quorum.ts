import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../plan/workload";
import { rollingNodes } from "./rolling";
import type { StackRuntime } from "./stack-runtime";

/**
 * The nodes that keep the metadata of a cluster: the members of a ZooKeeper ensemble, or the KRaft controllers that are not brokers too.
 * A change rolls through those that run.
 */
export class MetadataQuorum extends pulumi.ComponentResource {
  /** @param type which of the two it is; part of the URNs of its resources */
  constructor(
    type: "zookeeper:ZookeeperEnsemble" | "kafka:ControllerQuorum",
    name: string,
    args: { readonly nodes: readonly Workload[]; readonly runtime: StackRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`kafka-iot-sim:${type}`, name, {}, opts);
    const containers = rollingNodes(args.nodes, args.runtime, this);
    this.registerOutputs({ containers: containers.map((container) => container.name) });
  }
}
