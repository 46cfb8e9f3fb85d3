import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DeviceEnvironment } from "../../../contract/environment/device";
import { environmentLines, writeEnvironment } from "../../../contract/environment/variables";
import { type AppRuntimeAfter, appContainer, appHealthcheck } from "./app-container";
import { longRunningContainer } from "./container";
import type { ReplayImages } from "./replay-images";
import type { DevicePlan } from "../../plan/devices";

/** The simulated devices: a container each, or many of a group in one. */
export class DeviceFleet extends pulumi.ComponentResource {
  readonly devices: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly devices: readonly DevicePlan[];
      readonly runtime: AppRuntimeAfter;
      /** Where any of them replays files. */
      readonly replayImages?: ReplayImages;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:devices:DeviceFleet", name, {}, opts);
    const { devices, runtime, replayImages } = args;
    this.devices = devices.map((plan) =>
      longRunningContainer(
        plan.name,
        {
          ...appContainer(replayImages?.runtimeWith(runtime, plan.replayFiles) ?? runtime, "device"),
          role: "device",
          container: plan.container,
          environment: [
            ...environmentLines(plan.memory.variables),
            ...writeEnvironment(DeviceEnvironment, plan.environment),
          ].sort(),
          memoryMegabytes: plan.memory.limitMegabytes,
          healthcheck: appHealthcheck,
          stopGraceSeconds: 15,
        },
        { parent: this, dependsOn: runtime.after },
      ),
    );
    this.registerOutputs({ containers: this.devices.map((device) => device.name) });
  }
}
