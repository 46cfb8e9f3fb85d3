import type { DeviceEnvironment } from "../../apps/shared/contract/device";
import type { EnvironmentSettings } from "../../apps/shared/contract/environment";
import type { DeviceSpec } from "../config/parse";
import { containerName } from "./names";
import type { AppDefaults } from "./apps";

/** One device's container. */
export interface DevicePlan {
  readonly name: string;
  readonly container: string;
  readonly environment: EnvironmentSettings<typeof DeviceEnvironment>;
}

/** Plans a container for each device. */
export function planDevices(
  stack: string,
  devices: readonly DeviceSpec[],
  defaults: AppDefaults,
): DevicePlan[] {
  const devicesByTopic = Map.groupBy(devices, (device) => device.topic);
  return devices.map((device) => ({
    name: device.name,
    container: containerName(stack, device.name),
    environment: {
      ...defaults,
      DEVICE_NAME: device.name,
      DEVICE_TOPIC: device.topic,
      DEVICE_SHARES_TOPIC: (devicesByTopic.get(device.topic) ?? []).length > 1,
      DEVICE_SENSORS: device.sensors.map(({ name, interval }) => ({
        name,
        interval,
        jitter: 0,
        model: { type: "uniform", min: 0, max: 1 },
        faults: [],
      })),
    },
  }));
}
