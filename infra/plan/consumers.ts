import { type ConsumerTypeName, prometheusType } from "../../contract/consumer-types";
import { DashboardEnvironment } from "../../contract/environment/dashboard";
import {
  lakeDeadLettersPath,
  LakeEnvironment,
  lakeMountPath,
  type LakeSettings,
  lakeTablePath,
} from "../../contract/environment/lake";
import type { StackMap } from "../../contract/environment/stack-map";
import {
  ConsumerEnvironment,
  encodeEnvironment,
  type EnvironmentSettings,
} from "../../contract/environment/variables";
import { dashboardContainerPort } from "../../contract/ports";
import { consumerGroup, sensorsRead, topicsRead } from "../model/consumer-reads";
import { replicaServiceNames, topicInitServiceName } from "../model/names";
import type { StackSpec } from "../model/spec";
import { type MappedSpec, planStackMap } from "../model/stack-map";
import { type AppDefaults, appPort, appReadiness, appWorkload } from "./apps";
import type { Variables, Workload } from "./workload";

/** The settings of every consumer, whatever its type. */
export type ConsumerSettings = EnvironmentSettings<typeof ConsumerEnvironment>;

/** Facts about a stack, for types of consumers that need more than {@link ConsumerSettings}. */
export interface ConsumerContext {
  /** Every topic of the stack, including those that this consumer does not read. */
  readonly allTopics: readonly string[];
  readonly lake: LakeSettings;
  /** The stack, with those devices only that this consumer reads. */
  readonly map: StackMap;
}

/** How a stack deploys a type of consumer. */
export interface ConsumerDeployment {
  /** Writes the variables of its containers. */
  readonly environment: (common: ConsumerSettings, context: ConsumerContext) => Variables;
  /** Memory limit of a container that reads devices with so many sensors together, in megabytes (2^20 bytes). */
  readonly memoryMegabytes: (sensors: number) => number;
  /** Resident memory of such a container at work, in megabytes. */
  readonly expectedMegabytes: (sensors: number) => number;
  /** How long it may take to end after SIGTERM, in seconds. */
  readonly stopGraceSeconds: number;
  /** How it mounts the lake's volume; undefined if it does not. */
  readonly mountsLake?: LakeMount;
  /** The port that is published on the user's machine. A stack has one container of such a type. */
  readonly publishedPort?: number;
}

/** What a container may do with the lake's volume. */
export type LakeMount = "read-write" | "read-only";

/** Resident memory was measured with `docker stats` on stacks that had run for hours: consoles had 29 to 50 MB. */
const plainConsumer: ConsumerDeployment = {
  environment: (common) => encodeEnvironment(ConsumerEnvironment, common),
  memoryMegabytes: () => 192,
  expectedMegabytes: () => 50,
  stopGraceSeconds: 10,
};

/**
 * Node and the C library read these themselves. The heap is small and collected often, because a lake that catches up makes garbage
 * faster than V8 would look for it; it still holds 100,000 files. One thread helps with the collection, since more threads would wait
 * for each other. There are few arenas, because each thread keeps one to itself otherwise.
 */
export const frugalMemory: Variables = {
  NODE_OPTIONS: "--max-old-space-size=256 --max-semi-space-size=4 --v8-pool-size=1",
  MALLOC_ARENA_MAX: "2",
};

/** How each type of consumer is deployed. */
export const consumerDeployments: Readonly<Record<ConsumerTypeName, ConsumerDeployment>> = {
  console: plainConsumer,
  lake: {
    environment: (common, { allTopics, lake }) => ({
      ...frugalMemory,
      ...encodeEnvironment(LakeEnvironment, {
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
    }),
    memoryMegabytes: () => 512,
    // 31 MB idle, 145 MB at work, 240 MB while it catches up.
    expectedMegabytes: () => 250,
    stopGraceSeconds: 30,
    mountsLake: "read-write",
  },
  dashboard: {
    environment: (common, { lake, map }) =>
      encodeEnvironment(DashboardEnvironment, {
        ...common,
        DASHBOARD_PORT: dashboardContainerPort,
        DASHBOARD_STACK: map,
        LAKE_FLUSH_INTERVAL_MS: lake.flushIntervalMs,
        LAKE_TABLE_PATH: lakeTablePath,
        LAKE_DEAD_LETTERS_PATH: lakeDeadLettersPath,
      }),
    // Resident were 56 MB with 200 sensors and 193 MB with 30,000; Node's heap takes half of the limit.
    memoryMegabytes: (sensors) => 256 + 64 * Math.floor(sensors / 5_000),
    expectedMegabytes: (sensors) => 60 + Math.ceil(sensors / 200),
    stopGraceSeconds: 10,
    mountsLake: "read-only",
    publishedPort: dashboardContainerPort,
  },
};

/** A consumer that is an app of this project; its shards are its replicas. */
export interface ConsumerPlan extends Workload {
  readonly type: ConsumerTypeName;
  /** Sensors of all devices that it reads. */
  readonly sensors: number;
}

/** The volume of the lake, by its name within the stack. */
export const lakeVolume = "lake";

/** The fields of a stack's specification that decide its consumers' workloads. */
export type ConsumersSpec = MappedSpec & Pick<StackSpec, "lake" | "dashboardPort">;

/** Plans the consumers that are apps of this project. The replicas of a consumer are one Kafka group. */
export function planConsumers(spec: ConsumersSpec, defaults: AppDefaults): ConsumerPlan[] {
  const allTopics = topicsRead({}, spec.devices);
  return spec.consumers.flatMap((consumer): ConsumerPlan[] => {
    const { name, type, replicas } = consumer;
    if (type === prometheusType) return [];
    const deployment = consumerDeployments[type];
    const { mountsLake, publishedPort } = deployment;
    const sensors = sensorsRead(consumer, spec.devices);
    const names = replicaServiceNames(name, replicas);
    const settings = {
      ...defaults,
      // Also the Kafka client id, by which a restarted consumer distinguishes its former self from other replicas.
      CONSUMER_NAME: name,
      CONSUMER_GROUP: consumerGroup(name),
      CONSUMER_TOPICS: topicsRead(consumer, spec.devices),
    };
    return [
      {
        ...appWorkload(type),
        name,
        role: "consumer",
        type,
        sensors,
        environment: deployment.environment(settings, {
          allTopics,
          lake: spec.lake,
          map: planStackMap(spec, consumer),
        }),
        memoryMegabytes: deployment.memoryMegabytes(sensors),
        expectedMegabytes: deployment.expectedMegabytes(sensors),
        ports: [
          appPort,
          ...(publishedPort === undefined
            ? []
            : [{ name: "http", port: publishedPort, hostPort: spec.dashboardPort }]),
        ],
        ready: appReadiness,
        volumes: mountsLake === undefined ? [] : [lakeMount(mountsLake)],
        stopGraceSeconds: deployment.stopGraceSeconds,
        after: [topicInitServiceName],
        shards: {
          count: replicas,
          settingsOf: (number) => {
            const replica = names[number - 1];
            if (replica === undefined) throw new RangeError(`There is no replica ${number} of ${replicas}`);
            return { name: replica, environment: { CONSUMER_NAME: replica } };
          },
        },
      },
    ];
  });
}

function lakeMount(mount: LakeMount) {
  return { name: lakeVolume, path: lakeMountPath, ...(mount === "read-only" && { readOnly: true }) };
}
