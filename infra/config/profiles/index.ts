import { coldChain } from "./cold-chain";
import { gpsTracker } from "./gps-tracker";
import { powerMeter } from "./power-meter";
import type { Profile } from "./profile";
import { thermostat } from "./thermostat";
import { vibration } from "./vibration";

export const profileNames = ["thermostat", "power-meter", "vibration", "gps-tracker", "cold-chain"] as const;
export type ProfileName = (typeof profileNames)[number];

/** Ready-made sets of sensors by their names. A new profile is a file here and two lines. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  thermostat,
  "power-meter": powerMeter,
  vibration,
  "gps-tracker": gpsTracker,
  "cold-chain": coldChain,
};
