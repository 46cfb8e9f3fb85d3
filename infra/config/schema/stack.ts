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
 * The message of a wrong value says what to write instead.
 */
export const StackConfig = z.strictObject({
  devices: DevicesConfig.prefault(3),
  /** The sensors of each device that lists none of its own. */
  sensors: SensorsConfig.prefault(3),
  /** The source of all random values. */
  seed: SeedConfig.default(deviceDefaults.seed),
  /** The start of the devices' history; there is no history if it is left out. */
  backfill: BackfillConfig.optional(),
  /** How much faster than the clock the devices' time runs. */
  speed: wholeNumber(1, 10_000).default(deviceDefaults.speed),
  /** Maximum of messages a second of all devices together; there is no limit if it is left out. */
  maxRate: wholeNumber(1, 10_000_000).optional(),
  /** Compression of devices that do not set their own. */
  compression: CompressionConfig.default(deviceDefaults.compression),
  buffer: BufferConfig.default({}),
  brokers: wholeNumber(1, 9).default(1),
  coordination: oneOf(coordinations).default("zookeeper"),
  zookeepers: z.literal([1, 3, 5], zookeepersRemedy).default(1),
  partitions: wholeNumber(1, 5_000).default(1),
  /** Three if left out, or the number of brokers if there are fewer. */
  replicationFactor: wholeNumber(1, 9).optional(),
  /** Settings of every broker. */
  kafka: KafkaConfig.prefault({}),
  /** Settings of every device's topic. */
  topicDefaults: TopicSettings.prefault({}),
  consumers: ConsumersConfig.prefault([{ type: "console" }, { type: "lake" }, { type: "dashboard" }]),
  /** How all consumers of type `lake` keep the table; a stack has one table. */
  lake: LakeConfig.prefault({}),
  images: ImagesConfig.prefault({}),
  /** Broker i is published on 127.0.0.1 at this port + i - 1. */
  hostPort: wholeNumber(1, 65_535).default(9_092),
  /** The dashboard is published on 127.0.0.1 at this port. */
  dashboardPort: wholeNumber(1, 65_535).default(8_080),
  /** Prometheus is published on 127.0.0.1 at this port, if it is a consumer. */
  prometheusPort: wholeNumber(1, 65_535).default(9_090),
  /** Other states whose volumes this stack takes over. */
  adopt: AdoptConfig.default([]),
});

/** The values of all keys. */
export type Config = z.output<typeof StackConfig>;
