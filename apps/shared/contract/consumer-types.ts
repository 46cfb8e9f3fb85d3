import { ConsumerEnvironment } from "./consumer";
import { type EnvironmentSettings, writeEnvironment } from "./environment";
import { LakeEnvironment, lakeDeadLettersPath, type LakeSettings, lakeTablePath } from "./lake";

/** What every consumer is told, whatever its type. */
export type ConsumerSettings = EnvironmentSettings<typeof ConsumerEnvironment>;

/** What the plan of a stack offers to a type of consumer that needs more than what every consumer is told. */
export interface ConsumerContext {
  /** Every topic of the stack, also those that this consumer does not read. */
  readonly allTopics: readonly string[];
  readonly lake: LakeSettings;
}

/** What infra has to know of a type of consumer. Its app is `apps/consumers/<type>/main.ts`. */
export interface ConsumerType {
  /** Writes the environment that its app reads, as `NAME=value` lines. */
  readonly environment: (common: ConsumerSettings, context: ConsumerContext) => string[];
  /** Memory limit of its container, in megabytes (2^20 bytes). */
  readonly memoryMegabytes: number;
  /** How long it may take to end after SIGTERM, in seconds. */
  readonly stopGraceSeconds: number;
  /** The lake's volume is mounted in its container. */
  readonly mountsLake: boolean;
}

const plainConsumer: ConsumerType = {
  environment: (common) => writeEnvironment(ConsumerEnvironment, common),
  memoryMegabytes: 192,
  stopGraceSeconds: 10,
  mountsLake: false,
};

/** The types of consumers. A new one is its app and a line here; what it needs beyond the plain one stands beside it. */
const types = {
  console: plainConsumer,
  lake: {
    environment: (common, { allTopics, lake }) =>
      writeEnvironment(LakeEnvironment, {
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
    memoryMegabytes: 512,
    stopGraceSeconds: 30,
    mountsLake: true,
  },
} as const satisfies Record<string, ConsumerType>;

export type ConsumerTypeName = keyof typeof types;
export const consumerTypes: Readonly<Record<ConsumerTypeName, ConsumerType>> = types;
export const consumerTypeNames = Object.keys(types) as ConsumerTypeName[];
