import { type ProfileName, profiles } from "./profiles";
import { SensorSpec } from "./sensors";

/** The sensors of a profile. */
export function profileSensors(profile: ProfileName): readonly SensorSpec[] {
  return profiles[profile].map((sensor) => SensorSpec.parse(sensor));
}
