import {
  ConsumerEnvironment,
  environmentLines,
  type EnvironmentSettings,
  writeEnvironment,
} from "../../contract/environment/variables";
import type { ConsumerTypeName } from "../../contract/consumer-types";
import { DashboardEnvironment } from "../../contract/environment/dashboard";
import { dashboardContainerPort } from "../../contract/ports";
import {
  LakeEnvironment,
  lakeDeadLettersPath,
  type LakeSettings,
  lakeTablePath,
} from "../../contract/environment/lake";
import type { StackMap } from "../../contract/environment/stack-map";

/** What every consumer is told, whatever its type. */
export type ConsumerSettings = EnvironmentSettings<typeof ConsumerEnvironment>;

/** What the plan of a stack offers to a type of consumer that needs more than what every consumer is told. */
export interface ConsumerContext {
  /** Every topic of the stack, also those that this consumer does not read. */
  readonly allTopics: readonly string[];
  readonly lake: LakeSettings;
  /** The stack, of its devices those alone that this consumer reads. */
  readonly map: StackMap;
}

/** How a stack deploys a type of consumer. */
export interface ConsumerDeployment {
  /** Writes the environment of its container, as `NAME=value` lines, sorted. */
  readonly environment: (common: ConsumerSettings, context: ConsumerContext) => string[];
  /** Memory limit of its container, in megabytes (2^20 bytes), where the devices that it reads have so many sensors together. */
  readonly memoryMegabytes: (sensors: number) => number;
  /** How long it may take to end after SIGTERM, in seconds. */
  readonly stopGraceSeconds: number;
  /** How the lake's volume is mounted in its container; undefined if it is not. */
  readonly mountsLake?: LakeMount;
  /** Port of its container that is published on the host: of such a type there is one container a stack. */
  readonly publishedPort?: number;
}

/** What a container may do with the lake's volume. */
export type LakeMount = "read-write" | "read-only";

const plainConsumer: ConsumerDeployment = {
  environment: (common) => writeEnvironment(ConsumerEnvironment, common),
  memoryMegabytes: () => 192,
  stopGraceSeconds: 10,
};

/**
 * What Node and the C library themselves read: small heaps, collected often, because a lake that catches up makes garbage
 * faster than V8 would look for it, and yet enough to look after 100,000 files; one thread to help with that, because more of them wait for each other; and few
 * arenas, of which each thread keeps one to itself otherwise.
 */
export const frugalMemory = {
  NODE_OPTIONS: "--max-old-space-size=256 --max-semi-space-size=4 --v8-pool-size=1",
  MALLOC_ARENA_MAX: "2",
};

/** How each type of consumer is deployed. */
export const consumerDeployments: Readonly<Record<ConsumerTypeName, ConsumerDeployment>> = {
  console: plainConsumer,
  lake: {
    environment: (common, { allTopics, lake }) =>
      [
        ...environmentLines(frugalMemory),
        ...writeEnvironment(LakeEnvironment, {
          ...common,
          LAKE_TABLE_PATH: lakeTablePath,
          LAKE_DEAD_LETTERS_PATH: lakeDeadLettersPath,
          LAKE_PLANNED_TOPICS: [...allTopics],
          LAKE_FLUSH_INTERVAL_MS: lake.flushIntervalMs,
          LAKE_FLUSH_ROWS: lake.flushRows,
          LAKE_CHECKPOINT_EVERY: lake.checkpointEvery,
          LAKE_COMPACT_AFTER_MS: lake.compactAfterMs,
          LAKE_RETENTION_MS: lake.retentionMs,
          LAKE_ON_LOST_OFFSETS: lake.onLostOffsets,
        }),
      ].sort(),
    memoryMegabytes: () => 512,
    stopGraceSeconds: 30,
    mountsLake: "read-write",
  },
  dashboard: {
    environment: (common, { lake, map }) =>
      writeEnvironment(DashboardEnvironment, {
        ...common,
        DASHBOARD_PORT: dashboardContainerPort,
        DASHBOARD_STACK: map,
        LAKE_FLUSH_INTERVAL_MS: lake.flushIntervalMs,
        LAKE_TABLE_PATH: lakeTablePath,
        LAKE_DEAD_LETTERS_PATH: lakeDeadLettersPath,
      }),
    // Resident were 56 MB with 200 sensors and 193 MB with 30,000; Node's heap takes half of what a container may have.
    memoryMegabytes: (sensors) => 256 + 64 * Math.floor(sensors / 5_000),
    stopGraceSeconds: 10,
    mountsLake: "read-only",
    publishedPort: dashboardContainerPort,
  },
};
