import { z } from "zod";
import { consumerTypeNames, prometheusType } from "../../contract/consumer-types";
import versions from "../../tools/versions.json";
import { coordinations } from "../model/spec";
import { AdoptSpec } from "./adopt";
import { BufferSpec, CompressionSpec, DevicesSpec } from "./devices";
import { KafkaSpec } from "./kafka";
import { LakeSpec } from "./lake";
import { ContainerName, ImageReference } from "./names";
import { SensorsSpec } from "./sensors";
import { BackfillSpec, MaxRateSpec, SeedSpec, SpeedSpec } from "./simulation";
import { TopicSettingsSpec } from "./topic-settings";
import { wholeNumber } from "./whole-number";

/** The most containers of one consumer. */
export const maxReplicas = 16;

const consumerListExample = '[{"type":"console"},{"type":"lake"}]';

/** What a consumer may be: an app of ours, or Prometheus. */
const consumerKinds = [...consumerTypeNames, prometheusType] as const;

export const ConsumerSpec = z
  .strictObject(
    {
      type: z.enum(consumerKinds, `write one of: ${consumerKinds.join(", ")}`),
      /** Defaults to the type. */
      name: ContainerName.optional(),
      /** Names of the devices and groups to read; all of them if left out. */
      devices: z
        .array(z.string("write the name of a device"), "list names of devices")
        .min(1, "list at least one device")
        .optional(),
      /** Containers that share the work, and one Kafka group. */
      replicas: wholeNumber(1, maxReplicas).default(1),
    },
    'write a consumer such as {"type":"console"}',
  )
  .transform((consumer) => ({ ...consumer, name: consumer.name ?? consumer.type }));

const zookeepersRemedy =
  "write 1, 3 or 5: an ensemble needs a majority, to which an even member adds nothing";

/**
 * The stack's configuration: every key of `pulumi config`, with its type and default. Every key is optional.
 * A wrong value's message is what to write instead.
 */
export const StackConfig = z.strictObject({
  devices: DevicesSpec.prefault(3),
  /** What a device carries that lists no sensors of its own. */
  sensors: SensorsSpec.prefault(3),
  /** What all random values come from. */
  seed: SeedSpec.prefault(1),
  /** Where the devices' history begins; there is none if left out. */
  backfill: BackfillSpec.optional(),
  speed: SpeedSpec.default(1),
  /** There is no limit if left out. */
  maxRate: MaxRateSpec.optional(),
  /** Of devices that do not say their own. */
  compression: CompressionSpec.default("none"),
  buffer: BufferSpec.default({}),
  brokers: wholeNumber(1, 9).default(1),
  coordination: z.enum(coordinations, `write one of: ${coordinations.join(", ")}`).default("zookeeper"),
  zookeepers: z.literal([1, 3, 5], zookeepersRemedy).default(1),
  partitions: wholeNumber(1, 5_000).default(1),
  /** Defaults to three, or to the number of brokers if there are fewer. */
  replicationFactor: wholeNumber(1, 9).optional(),
  /** How every broker is set. */
  kafka: KafkaSpec.prefault({}),
  /** How every device's topic is set. */
  topicDefaults: TopicSettingsSpec.prefault({}),
  consumers: z
    .array(ConsumerSpec, `list consumers such as ${consumerListExample}`)
    .prefault([{ type: "console" }, { type: "lake" }, { type: "dashboard" }]),
  /** How every consumer of type `lake` keeps the table; there is one table a stack. */
  lake: LakeSpec.prefault({}),
  images: z
    .strictObject(
      {
        kafka: ImageReference.default(versions.images.official.kafka),
        zookeeper: ImageReference.default(versions.images.official.zookeeper),
        node: ImageReference.default(versions.images.official.node),
        prometheus: ImageReference.default(versions.images.official.prometheus),
      },
      'write image references by name, such as {"kafka":"confluentinc/cp-kafka:7.9.2"}',
    )
    .prefault({}),
  /** Broker i is published on 127.0.0.1 at this port + i - 1. */
  hostPort: wholeNumber(1, 65_535).default(9_092),
  /** The dashboard is published on 127.0.0.1 at this port. */
  dashboardPort: wholeNumber(1, 65_535).default(8_080),
  /** Prometheus is published on 127.0.0.1 at this port, where it is a consumer. */
  prometheusPort: wholeNumber(1, 65_535).default(9_090),
  /** Other states whose volumes this stack takes over. */
  adopt: AdoptSpec.default([]),
});
