import { z } from "zod";
import { deviceDefaults } from "../../../contract/environment/device";
import { dayMs, secondMs, yearMs } from "../../../contract/values/fields";
import { parseDayOrMomentMs } from "../../../contract/values/moment";
import { coordinations, unmarked } from "../../model/spec";
import { parseDurationMs } from "../../model/units";
import { ConsumersConfig } from "./consumers";
import { BufferConfig, CompressionConfig, DevicesConfig } from "./devices";
import { oneOf, wholeNumber } from "./fields";
import { ImagesConfig } from "./images";
import { KafkaConfig, TopicSettings } from "./kafka";
import { LakeConfig } from "./lake";
import { SensorsConfig } from "./sensors";

const seedRemedy = "write a whole number, or a text of 1 to 100 characters";
const SeedConfig = z
  .union([z.int(), z.string().min(1, seedRemedy).max(100, seedRemedy)], seedRemedy)
  .transform(String);

/** Maximum length of the history that devices send. */
export const maxHistoryMs = 10 * yearMs;

/** The start of the devices' history: a length of time before their first start, or a time. */
export type Backfill = { readonly lengthMs: number } | { readonly fromMs: number };

const backfillRemedy = `write a duration from 1s to ${maxHistoryMs / dayMs}d, such as "24h" or "7d", or a time in the past such as "2026-11-23T00:00:00Z"`;

/** The configuration's key `backfill`. A rule checks whether a time is in the past. */
const BackfillConfig = z.unknown().transform((source, context): Backfill => {
  const lengthMs = parseDurationMs(source);
  if (lengthMs !== undefined && lengthMs >= secondMs && lengthMs <= maxHistoryMs)
    return { lengthMs: Math.round(lengthMs) };
  const fromMs = typeof source === "string" ? parseDayOrMomentMs(fromYaml(source)) : undefined;
  if (fromMs !== undefined) return { fromMs };
  context.addIssue(backfillRemedy);
  return z.NEVER;
});

/** Pulumi passes on a time that stands in YAML without quotes as Go writes times: `2026-11-23 00:00:00 +0000 UTC`. */
function fromYaml(source: string): string {
  return source.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4");
}

const zookeepersRemedy =
  "write 1, 3 or 5: an ensemble needs a majority, to which an even member adds nothing";

const adoptRemedy = `write the id of a state that \`npm run plan\` names, such as state-0123456789abcdef, or ${unmarked}`;

/** The configuration's key `adopt`: one mark of another Pulumi state, or several. */
export const AdoptConfig = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(z.string(adoptRemedy).regex(/^(state-[0-9a-f]{16}|unmarked)$/, adoptRemedy), adoptRemedy),
);

/**
 * The stack's configuration: every key of `pulumi config`, with its type and default. Every key is optional.
 * The message of a wrong value says what to write instead; the descriptions are the reference in docs/configuration.md.
 */
export const StackConfig = z.strictObject({
  devices: DevicesConfig.prefault(3).describe(
    "A number makes `device-1`, `device-2`, …, each with the `sensors` of the stack. A list has devices and groups.",
  ),
  sensors: SensorsConfig.prefault(3).describe(
    "The sensors of each device that lists none. A number makes `sensor_1`, `sensor_2`, …, with one observation a second.",
  ),
  seed: SeedConfig.default(deviceDefaults.seed).describe(
    "The source of all random values. The same seed and configuration give the same values at the same times.",
  ),
  backfill: BackfillConfig.optional().describe(
    "The start of the devices' history, which they send before they go on live. A duration counts from their first start.",
  ),
  speed: wholeNumber(1, 10_000)
    .default(deviceDefaults.speed)
    .describe("How many times faster than the clock the devices' time runs."),
  maxRate: wholeNumber(1, 10_000_000).optional().meta({
    description:
      "The maximum rate of all devices together while they catch up with the past, in messages a second.",
    fallback: "no limit",
  }),
  compression: CompressionConfig.default(deviceDefaults.compression).describe(
    "The compression of the batches that devices send.",
  ),
  buffer: BufferConfig.default({}).describe("What a container of devices keeps while the brokers are away."),
  brokers: wholeNumber(1, 9).default(1).describe("The number of Kafka brokers."),
  coordination: oneOf(coordinations)
    .default("zookeeper")
    .describe(
      "What keeps the cluster's metadata: a ZooKeeper ensemble, or Kafka's own quorum. With `kraft`, up to three brokers are controllers too; with more brokers, three separate containers are the controllers.",
    ),
  zookeepers: z
    .literal([1, 3, 5], zookeepersRemedy)
    .default(1)
    .describe("The number of members of the ZooKeeper ensemble."),
  partitions: wholeNumber(1, 5_000)
    .default(1)
    .describe(
      "The number of partitions of each device topic. A broker can have at most 20,000 replicas of partitions.",
    ),
  replicationFactor: wholeNumber(1, 9).optional().meta({
    description: "The number of replicas of each partition, at most `brokers`.",
    fallback: "3, or `brokers` if there are fewer",
  }),
  kafka: KafkaConfig.prefault({}).describe("The heap and the properties of every broker."),
  topicDefaults: TopicSettings.prefault({}).describe(
    "The settings of every device topic. A device's `topicSettings` take precedence.",
  ),
  consumers: ConsumersConfig.prefault([
    { type: "console" },
    { type: "lake" },
    { type: "dashboard" },
  ]).describe("The programs that read the topics, and Prometheus, which reads the containers' metrics."),
  lake: LakeConfig.prefault({}).describe(
    "How all consumers of type `lake` write and keep the table. A stack has one table.",
  ),
  images: ImagesConfig.prefault({}).describe("The images of the containers."),
  hostPort: wholeNumber(1, 65_535)
    .default(9_092)
    .describe("Broker _i_ is published on 127.0.0.1 at this port + _i_ − 1."),
  dashboardPort: wholeNumber(1, 65_535)
    .default(8_080)
    .describe("The dashboard is published on 127.0.0.1 at this port."),
  prometheusPort: wholeNumber(1, 65_535)
    .default(9_090)
    .describe("Prometheus is published on 127.0.0.1 at this port, if it is a consumer."),
  adopt: AdoptConfig.default([]).describe(
    "Takes over the volumes of a stack of the same name whose Pulumi state is lost. One id or several.",
  ),
});

/** The values of all keys. */
export type Config = z.output<typeof StackConfig>;
