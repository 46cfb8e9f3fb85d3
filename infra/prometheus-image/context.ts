import { join } from "node:path";
import { projectDirectory } from "../app-image/bundle";
import { type BuildContext, contextHash, writeContext } from "../app-image/context";

/** Prometheus' documentation bakes a configuration into an image so (https://prometheus.io/docs/prometheus/latest/installation/). */
const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
ADD prometheus.yml /etc/prometheus/
`;

/** A short hash of a configuration. */
export function scrapeConfigHash(scrapeConfig: string): string {
  return contextHash(contextOf(scrapeConfig));
}

/** Makes a directory of the project hold what an image of Prometheus with this configuration is built from. */
export function preparePrometheusContext(directory: string, scrapeConfig: string): void {
  writeContext(join(projectDirectory, directory), contextOf(scrapeConfig));
}

function contextOf(scrapeConfig: string): BuildContext {
  return new Map([
    ["Dockerfile", Buffer.from(dockerfile)],
    ["prometheus.yml", Buffer.from(scrapeConfig)],
  ]);
}
