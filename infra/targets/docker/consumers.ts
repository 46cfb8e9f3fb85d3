import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ConsumerPlan } from "../../plan/consumers";
import type { LakePlan } from "../../plan/stack";
import { instancesOf } from "../../plan/workload";
import { longRunningContainer, stackVolume } from "./container";
import { containerRuntime, type StackRuntime } from "./stack-runtime";

/** The consumers, a container for each replica, and the volume of the lake. */
export class Consumers extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly consumers: readonly ConsumerPlan[];
      readonly lake: LakePlan;
      readonly runtime: StackRuntime;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:consumers:Consumers", name, {}, opts);
    const { consumers, lake, runtime } = args;
    const volumes = {
      [lake.volume]: stackVolume("lake-volume", runtime, lake.volume, { parent: this }).name,
    };
    this.containers = consumers.flatMap((plan) => {
      const dependsOn = runtime.declared.after(plan);
      return instancesOf(plan).map((replica) =>
        longRunningContainer(replica, containerRuntime(runtime, plan), volumes, { parent: this, dependsOn }),
      );
    });
    this.registerOutputs({ containers: this.containers.map((container) => container.name) });
  }
}
