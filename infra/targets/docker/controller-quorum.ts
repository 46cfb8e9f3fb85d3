import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ControllerPlan } from "../../plan/controllers";
import { controllerPort } from "../../plan/quorum";
import { type KafkaRuntime, kafkaNode } from "./kafka-node";
import { inRollingOrder } from "./rolling";

/** The controllers of a KRaft cluster that are no brokers. */
export class ControllerQuorum extends pulumi.ComponentResource {
  readonly controllers: readonly docker.Container[];

  constructor(
    name: string,
    args: { readonly controllers: readonly ControllerPlan[]; readonly runtime: KafkaRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:ControllerQuorum", name, {}, opts);
    const { controllers, runtime } = args;
    this.controllers = inRollingOrder(controllers, runtime.conditions, (plan, after) => {
      const { name: what, container, environment, command, memoryMegabytes, dataVolume } = plan;
      const node = kafkaNode(
        what,
        {
          container,
          role: "controller",
          environment,
          command,
          memoryMegabytes,
          dataVolume,
          // What a controller without an address of its own tells the others.
          hostName: container,
          healthyPort: controllerPort,
        },
        runtime,
        { parent: this, dependsOn: [...after] },
      );
      return { made: node, settled: node };
    });
    this.registerOutputs({ containers: this.controllers.map((controller) => controller.name) });
  }
}
