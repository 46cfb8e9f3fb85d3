import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DeviceEnvironment } from "../../apps/shared/contract/device";
import { writeEnvironment } from "../../apps/shared/contract/environment";
import type { DevicePlan } from "../plan/devices";
import { memoryLimitsMegabytes } from "../plan/memory";
import { type AppRuntimeAfter, appContainer, appHealthcheck } from "./app-container";
import { longRunningContainer } from "./container";

/** The simulated devices, a container each. */
export class DeviceFleet extends pulumi.ComponentResource {
  readonly devices: readonly docker.Container[];

  constructor(
    name: string,
    args: { readonly devices: readonly DevicePlan[]; readonly runtime: AppRuntimeAfter },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:devices:DeviceFleet", name, {}, opts);
    const { devices, runtime } = args;
    this.devices = devices.map((plan) =>
      longRunningContainer(
        plan.name,
        {
          ...appContainer(runtime, "device"),
          role: "device",
          container: plan.container,
          environment: writeEnvironment(DeviceEnvironment, plan.environment),
          memoryMegabytes: memoryLimitsMegabytes.device,
          healthcheck: appHealthcheck,
          stopGraceSeconds: 15,
        },
        { parent: this, dependsOn: runtime.after },
      ),
    );
    this.registerOutputs({ containers: this.devices.map((device) => device.name) });
  }
}
