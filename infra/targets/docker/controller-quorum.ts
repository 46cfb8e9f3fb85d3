import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ControllerPlan } from "../../plan/coordination";
import { rollingNodes } from "./rolling";
import type { StackRuntime } from "./stack-runtime";

/** The controllers of a KRaft cluster that are not brokers too. A change rolls through those that run. */
export class ControllerQuorum extends pulumi.ComponentResource {
  readonly controllers: readonly docker.Container[];

  constructor(
    name: string,
    args: { readonly controllers: readonly ControllerPlan[]; readonly runtime: StackRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:ControllerQuorum", name, {}, opts);
    this.controllers = rollingNodes(args.controllers, args.runtime, this);
    this.registerOutputs({ containers: this.controllers.map((controller) => controller.name) });
  }
}
