import { metricsPort } from "../../contract/metrics";
import type { CommonEnvironment, EnvironmentSettings } from "../../contract/environment/variables";
import { internalBootstrapServer } from "./brokers";

/** What every app of a stack is told. */
export type AppDefaults = EnvironmentSettings<typeof CommonEnvironment>;

/** What every app of the stack is told, the same at every size of it. */
export const appDefaults: AppDefaults = {
  KAFKA_BOOTSTRAP_SERVERS: [internalBootstrapServer],
  LOG_FORMAT: "pretty",
};

/**
 * What every app that stays up is told: devices and consumers, whose output people follow, and which others ask how they do. Jobs
 * that run once have no port: they would have ended before anybody asked.
 */
export const serviceDefaults: AppDefaults = { ...appDefaults, FORCE_COLOR: "1", METRICS_PORT: metricsPort };
