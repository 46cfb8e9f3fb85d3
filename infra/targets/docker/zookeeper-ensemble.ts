import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ZookeeperPlan } from "../../plan/coordination";
import { rollingNodes } from "./rolling";
import type { StackRuntime } from "./stack-runtime";

/** The ZooKeeper ensemble; its members are healthy once they have a leader. A change rolls through those that run. */
export class ZookeeperEnsemble extends pulumi.ComponentResource {
  readonly members: readonly docker.Container[];

  constructor(
    name: string,
    args: { readonly zookeepers: readonly ZookeeperPlan[]; readonly runtime: StackRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:zookeeper:ZookeeperEnsemble", name, {}, opts);
    this.members = rollingNodes(args.zookeepers, args.runtime, this);
    this.registerOutputs({ containers: this.members.map((member) => member.name) });
  }
}
