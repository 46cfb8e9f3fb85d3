import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DevicePlan } from "../../plan/devices";
import { instancesOf } from "../../plan/workload";
import { longRunningContainer } from "./container";
import type { ReplayImages } from "./replay-images";
import { containerRuntime, type StackRuntime } from "./stack-runtime";

/** The simulated devices: a container each, or many devices of a group in one. */
export class DeviceFleet extends pulumi.ComponentResource {
  readonly devices: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly devices: readonly DevicePlan[];
      readonly runtime: StackRuntime;
      /** Present if any of them replays files. */
      readonly replayImages?: ReplayImages;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:devices:DeviceFleet", name, {}, opts);
    const { devices, runtime, replayImages } = args;
    this.devices = devices.flatMap((plan) => {
      const withFiles = containerRuntime(runtime, plan, replayImages?.imageWith(plan.files));
      const dependsOn = runtime.declared.after(plan);
      return instancesOf(plan).map((instance) =>
        longRunningContainer(instance, withFiles, {}, { parent: this, dependsOn }),
      );
    });
    this.registerOutputs({ containers: this.devices.map((device) => device.name) });
  }
}
