import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ConsumerPlan } from "../../plan/consumers";
import type { LakePlan } from "../../plan/stack";
import { type AppRuntimeAfter, appContainer, appHealthcheck } from "./app-container";
import { longRunningContainer } from "./container";
import { stackVolume } from "./volume";

/** The consumers, a container for each replica, and the volume of the lake. */
export class Consumers extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly consumers: readonly ConsumerPlan[];
      readonly lake: LakePlan;
      readonly runtime: AppRuntimeAfter;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:consumers:Consumers", name, {}, opts);
    const { consumers, lake, runtime } = args;
    const { stack, mark } = runtime;
    const volume = stackVolume("lake-volume", { stack, mark, volume: lake.volume }, { parent: this }).name;
    const lakeMount = (as: ConsumerPlan["mountsLake"]) => ({
      volumes: [{ volume, path: lake.mountPath, ...(as === "read-only" && { readOnly: true }) }],
    });
    this.containers = consumers.map((plan) =>
      longRunningContainer(
        plan.name,
        {
          ...appContainer(runtime, plan.type),
          role: "consumer",
          container: plan.container,
          environment: [...plan.environment],
          memoryMegabytes: plan.memoryMegabytes,
          ...(plan.mountsLake && lakeMount(plan.mountsLake)),
          ...(plan.port && { port: plan.port }),
          healthcheck: appHealthcheck,
          stopGraceSeconds: plan.stopGraceSeconds,
        },
        { parent: this, dependsOn: runtime.after },
      ),
    );
    this.registerOutputs({ containers: this.containers.map((container) => container.name) });
  }
}
