import type { ConsumerTypeName, prometheusType } from "../../contract/consumer-types";
import type { Compression, KeptWhenFull, Tags } from "../../contract/environment/device";
import type { DeviceFault } from "../../contract/models/faults";
import type { LakeSettings } from "../../contract/environment/lake";
import type { SensorSettings } from "../../contract/models/sensor";

/** How brokers agree on the state of the cluster: through a ZooKeeper ensemble, or through a quorum of Kafka's own (KRaft, KIP-500). */
export const coordinations = ["zookeeper", "kraft"] as const;
export type Coordination = (typeof coordinations)[number];

/** The size of a group of devices, and how the group is spread over containers. */
export interface GroupSpec {
  readonly count: number;
  readonly devicesPerContainer: number;
}

/** Kafka's topic configs by name, as Kafka writes them: `{"retention.ms": "3600000"}`. */
export type TopicConfig = Readonly<Record<string, string>>;

/** A device or a group of devices, with all defaults filled in. */
export interface DeviceSpec {
  /** The devices of a group are called `<name>-1`, `<name>-2`, … */
  readonly name: string;
  /** Undefined for a single device. */
  readonly group: GroupSpec | undefined;
  readonly topic: string;
  /** The sensors of each device. A file to replay has the path that the configuration gives it. */
  readonly sensors: readonly SensorSettings[];
  readonly faults: readonly DeviceFault[];
  readonly tags: Tags;
  /** Messages' values are padded to this length; 0 for no padding. */
  readonly messageBytes: number;
  readonly compression: Compression;
  /** How many observations each container keeps while the brokers are away, and which ones. */
  readonly buffer: { readonly limit: number; readonly keep: KeptWhenFull };
  /** Kafka's configs of its topic: those of all topics, overlaid with those that the devices of this topic set. */
  readonly topicConfig: TopicConfig;
}

/** The past that devices send before they go on live. */
export interface HistorySpec {
  readonly lengthMs: number;
  /** Start of the history, in milliseconds since 1970; undefined if it starts `lengthMs` before the first start of the devices. */
  readonly fromMs: number | undefined;
}

/** The settings of every Kafka node that the user decides. */
export interface KafkaSettings {
  /** Maximum size of the Java heap (`-Xmx`), in megabytes (2^20 bytes). */
  readonly heapMegabytes: number;
  /** Kafka's broker properties by name, as `server.properties` writes them, sorted by name. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A consumer: one of this project's apps, or Prometheus. */
export interface ConsumerSpec {
  readonly type: ConsumerTypeName | typeof prometheusType;
  readonly name: string;
  /** Names of the devices and groups that it reads; undefined for all. */
  readonly devices?: readonly string[] | undefined;
  /** Containers that share the work as one Kafka group. */
  readonly replicas: number;
}

/** Image references by what runs in them. */
export interface ImagesSpec {
  readonly kafka: string;
  readonly zookeeper: string;
  readonly node: string;
  readonly prometheus: string;
}

/** The keys of the configuration that decide at which ports of the host containers are published. */
export type PortKey = "hostPort" | "dashboardPort" | "prometheusPort";

/** A CSV file that sensors replay. */
export interface ReplayFile {
  /** Its name in the containers, which follows from the content: other content has another name. */
  readonly name: string;
  readonly content: string;
}

/** A whole stack: the checked configuration with all defaults filled in. */
export interface StackSpec extends Readonly<Record<PortKey, number>> {
  readonly stack: string;
  readonly devices: readonly DeviceSpec[];
  /** The files that sensors replay, by their path in the configuration. */
  readonly replayFiles: ReadonlyMap<string, ReplayFile>;
  /** The source of all random values. */
  readonly seed: string;
  readonly history: HistorySpec | undefined;
  /** How much faster than the clock the devices' time runs. */
  readonly speed: number;
  /** Maximum of messages a second of all devices together; undefined for no limit. */
  readonly maxRate: number | undefined;
  readonly brokers: number;
  readonly coordination: Coordination;
  /** Members of the ZooKeeper ensemble; has no meaning with KRaft. */
  readonly zookeepers: 1 | 3 | 5;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly kafka: KafkaSettings;
  readonly consumers: readonly ConsumerSpec[];
  readonly lake: LakeSettings;
  readonly images: ImagesSpec;
  /** Marks of other Pulumi states whose volumes this stack takes over, or {@link unmarked}. */
  readonly adopt: readonly string[];
}

/** Stands for resources without a state's mark: an earlier version of this program made them, or somebody by hand. */
export const unmarked = "unmarked";
