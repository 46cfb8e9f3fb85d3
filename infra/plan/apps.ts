import type { CommonEnvironment, EnvironmentSettings } from "../../contract/environment/variables";
import { healthPath, metricsPort } from "../../contract/metrics";
import { brokerPort } from "../../contract/ports";
import { commonWorkload, type Readiness, type Workload } from "./workload";

/** The settings that all apps of a stack share. */
export type AppDefaults = EnvironmentSettings<typeof CommonEnvironment>;

/**
 * The name that all running brokers share in the stack's network: clients that look it up find one of them, and from it the others.
 * It is the same at every size, so that no client is restarted when brokers come or go.
 */
export const brokersSharedName = "kafka";

/** Settings of every app, the same at every size of the stack. */
export const appDefaults: AppDefaults = {
  KAFKA_BOOTSTRAP_SERVERS: [`${brokersSharedName}:${brokerPort}`],
  LOG_FORMAT: "pretty",
};

/**
 * Settings of the apps that stay up: devices and consumers. People follow their output, and others ask for their health. Jobs that
 * run once have no port: they end before anybody asks.
 */
export const serviceDefaults: AppDefaults = { ...appDefaults, FORCE_COLOR: "1", METRICS_PORT: metricsPort };

/** The command that runs an app in the app image, where each app is one file. */
function appCommand(app: string): string[] {
  return ["node", `/app/${app}.js`];
}

/** The fields that all of our apps have in common; they can write nowhere but to `/tmp`. */
export function appWorkload(app: string) {
  return {
    ...commonWorkload,
    image: "app",
    command: appCommand(app),
    user: "node",
    readOnlyRoot: true,
    scratch: [{ path: "/tmp", megabytes: 16 }],
  } as const satisfies Partial<Workload>;
}

/** The fields of an app that runs once, to its end; it may be stopped at any time. */
export function appJob(app: string) {
  return { ...appWorkload(app), runs: "once", stopGraceSeconds: 10 } as const satisfies Partial<Workload>;
}

/** Where an app that stays up answers for its health and its metrics. */
export const appPort = { name: "metrics", port: metricsPort } as const;

/** An app that stays up reports its health over HTTP. */
export const appReadiness: Readiness = {
  probe: { http: { port: metricsPort, path: healthPath } },
  startTimeoutSeconds: 90,
};
