import { SensorSettings } from "../../../contract/models/sensor";
import { timeSignal } from "./streams";
import { Fleet, type FleetSettings } from "../simulate/fleet";

/** A fleet of which only what matters to a test is told. */
export function fleetOf({
  sensors = ["sensor_1"],
  ...settings
}: Partial<Omit<FleetSettings, "sensors">> & {
  readonly sensors?: readonly (string | object)[];
} = {}): Fleet {
  return new Fleet({
    devices: ["device-1"],
    faults: [],
    seed: "seed",
    boot: 1_795_392_000_000,
    sharesTopic: false,
    signalsOf: () => sensors.map(() => timeSignal),
    ...settings,
    sensors: sensors.map((sensor) =>
      SensorSettings.parse({ interval: 1_000, ...(typeof sensor === "string" ? { name: sensor } : sensor) }),
    ),
  });
}
