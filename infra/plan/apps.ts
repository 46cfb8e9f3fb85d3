import type { CommonEnvironment, EnvironmentSettings } from "../../apps/shared/contract/environment";
import type { BrokerPlan } from "./brokers";

/** What every app of a stack is told. */
export type AppDefaults = EnvironmentSettings<typeof CommonEnvironment>;

/** Where an app in a container shows that it is healthy; `/tmp` is its only writable directory. */
export const healthFile = "/tmp/healthy";

/** Plans what every app of the stack is told. */
export function planAppDefaults(brokers: readonly BrokerPlan[]): AppDefaults {
  return {
    KAFKA_BOOTSTRAP_SERVERS: brokers.map((broker) => broker.internalAddress),
    LOG_FORMAT: "pretty",
  };
}

/** Plans what every app that stays up is told: devices and consumers, whose output people follow. */
export function planServiceDefaults(defaults: AppDefaults): AppDefaults {
  return { ...defaults, FORCE_COLOR: "1", HEALTH_FILE: healthFile };
}
