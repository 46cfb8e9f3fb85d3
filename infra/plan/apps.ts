import type { CommonEnvironment, EnvironmentSettings } from "../../apps/shared/contract/environment";
import { internalBootstrapServer } from "./brokers";

/** What every app of a stack is told. */
export type AppDefaults = EnvironmentSettings<typeof CommonEnvironment>;

/** Where an app in a container shows that it is healthy; `/tmp` is its only writable directory. */
export const healthFile = "/tmp/healthy";

/** What every app of the stack is told, the same at every size of it. */
export const appDefaults: AppDefaults = {
  KAFKA_BOOTSTRAP_SERVERS: [internalBootstrapServer],
  LOG_FORMAT: "pretty",
};

/** What every app that stays up is told: devices and consumers, whose output people follow. */
export const serviceDefaults: AppDefaults = { ...appDefaults, FORCE_COLOR: "1", HEALTH_FILE: healthFile };
