/**
 * What the server sends to pages: each frame is one event of the stream `GET /api/stream`, as JSON. Every frame is complete, but
 * {@link PointsFrame} has only new points. Times are milliseconds since 1970 by the server's clock, names are as users wrote them (the
 * page escapes all of them), rates are averages of the last seconds.
 */

/** `unknown` before the first check, `unreachable` without an answer; `sick` means unhealthy, by its own report or by its progress. */
export type Condition = "healthy" | "sick" | "unreachable" | "unknown";

/** A part of the stack, as the topology shows it. */
export interface NodeFrame {
  /** Its name in the stack: `broker-1`, `device-1`, `lake`. */
  readonly name: string;
  readonly condition: Condition;
  /** Why it is not healthy, one line. */
  readonly reason?: string;
  /** The time of the last change between healthy and not healthy. */
  readonly sinceMs: number;
}

export interface BrokerFrame extends NodeFrame {
  readonly id: number;
  /** Partitions of the stack's topics that it leads, has in sync, and is assigned. */
  readonly leads: number;
  readonly inSync: number;
  readonly replicas: number;
  /** Messages a second that are published to partitions that it leads. */
  readonly messagesPerSecond: number;
}

export interface DeviceContainerFrame extends NodeFrame {
  readonly devices: number;
  readonly messagesPerSecond: number;
}

/** The containers of devices: counts of all, and the first few, unhealthy ones before the others. */
export interface DeviceContainersFrame {
  readonly total: number;
  readonly byCondition: Readonly<Record<Condition, number>>;
  readonly shown: readonly DeviceContainerFrame[];
}

export interface ConsumerFrame extends NodeFrame {
  readonly type: string;
  readonly group: string | undefined;
  /** Messages that it reads a second; null if it does not report them. */
  readonly messagesPerSecond: number | null;
  /** Messages that its group has not committed yet; null if it is in no group or its lag is unknown. */
  readonly lag: number | null;
}

/** Event `overview`, each second: the whole stack at a glance. */
export interface OverviewFrame {
  readonly stack: string;
  readonly nowMs: number;
  readonly coordination: "zookeeper" | "kraft";
  /** The members of the ZooKeeper ensemble, or the KRaft controllers that are no brokers. */
  readonly coordinators: readonly NodeFrame[];
  readonly brokers: readonly BrokerFrame[];
  readonly deviceContainers: DeviceContainersFrame;
  readonly consumers: readonly ConsumerFrame[];
  readonly totals: {
    /** Planned devices. */
    readonly devices: number;
    /** Sensors that have sent messages. */
    readonly sensors: number;
    readonly topics: number;
    readonly partitions: number;
    readonly underReplicated: number;
    readonly leaderless: number;
    /** Messages in the topics now. */
    readonly messages: number;
    /** Messages published a second, by all devices. */
    readonly messagesPerSecond: number;
    /** Time from the observation to this server, of live messages of the last seconds; null if there were none. */
    readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  };
  /** Null while the stack has no table. */
  readonly lake: LakeSummary | null;
  readonly conservation: ReconciliationTotals;
}

/** Quantiles in milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export interface LakeSummary {
  readonly version: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly deadLetters: number;
  /** The time of the latest commit. */
  readonly committedMs: number;
  readonly rowsPerSecond: number;
  /** Time from a message's Kafka timestamp to the commit of its row, of the last minutes; null if there were none. */
  readonly freshnessMs: Quantiles | null;
}

/** Messages may contain names of any length. Longer names than this count, but are not shown. */
export const maxNameLength = 200;

/** The part of a long list that a page asks for. */
export interface Slice {
  readonly search: string;
  /** Counted from 0. */
  readonly page: number;
  /** The number of items that match the search, and of items on a page. */
  readonly total: number;
  readonly pageSize: number;
}

/** A point of a curve: time and value. */
export type Point = readonly [timeMs: number, value: number];

export interface SensorFrame {
  readonly name: string;
  readonly unit?: string;
  /** The latest observation. */
  readonly last: { readonly timeMs: number; readonly value: number; readonly label?: string };
  readonly points: readonly Point[];
}

export interface DeviceFrame {
  readonly name: string;
  readonly topic: string;
  readonly container: string;
  /** The condition of its container. */
  readonly condition: Condition;
  readonly messagesPerSecond: number;
  /** In the order of their first messages; empty while it has sent nothing. A page of many devices has only the first few of each. */
  readonly sensors: readonly SensorFrame[];
  /** The number of all its sensors. */
  readonly sensorCount: number;
}

/** Event `devices`: a page of devices with the curves of their sensors; sent at the start and whenever the set of devices or sensors changes. */
export interface DevicesFrame extends Slice {
  readonly devices: readonly DeviceFrame[];
}

/** Event `points`, several times a second: new points of the curves in the last {@link DevicesFrame}. */
export interface PointsFrame {
  readonly nowMs: number;
  /** By device, by sensor: new points, each later than those before, and the present value. */
  readonly points: Readonly<Record<string, Readonly<Record<string, NewPoints>>>>;
  /** Once a second: the states of the devices in the last {@link DevicesFrame}. */
  readonly states?: Readonly<Record<string, Pick<DeviceFrame, "condition" | "messagesPerSecond">>>;
}

export interface NewPoints {
  readonly points: readonly Point[];
  /** The label of the latest point, if it has one. */
  readonly label?: string;
}

export interface PartitionFrame {
  readonly partition: number;
  /** Null if it has none. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  readonly earliest: number;
  readonly latest: number;
  /** By consumer group: messages that it has not committed yet. */
  readonly lag: Readonly<Record<string, number>>;
}

export interface TopicFrame {
  readonly name: string;
  /** The first hundred; partitions without a leader or with replicas out of sync come first. Empty while the topic does not exist. */
  readonly partitions: readonly PartitionFrame[];
  /** The number of all its partitions. */
  readonly partitionCount: number;
  /** Messages that it holds now. */
  readonly messages: number;
  /** By consumer group: messages of all partitions that it has not committed yet. */
  readonly lag: Readonly<Record<string, number>>;
  readonly messagesPerSecond: number;
}

/** Event `topics`, each second. */
export interface TopicsFrame extends Slice {
  /** Consumer groups, sorted; each has a column of lag. */
  readonly groups: readonly string[];
  readonly topics: readonly TopicFrame[];
}

export interface CommitFrame {
  readonly version: number;
  readonly timeMs: number;
  readonly operation: string;
  readonly rowsAdded: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
}

/** A partition of the table: one minute of observations. */
export interface MinuteFrame {
  /** The start of the minute. */
  readonly timeMs: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** Event `lake`, each second. */
export interface LakeFrame {
  readonly summary: LakeSummary | null;
  /** The latest first. */
  readonly commits: readonly CommitFrame[];
  /** The latest minutes, in order. */
  readonly minutes: readonly MinuteFrame[];
  /** The number of all partitions of the table. */
  readonly minuteCount: number;
}

/** Sums of messages: as read from the topics and the tables, and as reported by devices. */
export interface ReconciliationCounts {
  /** Messages that devices made: in the present life by the device's own count, in earlier lives by the messages that were read. */
  readonly produced: number;
  /** Messages that brokers acknowledged, counted likewise. */
  readonly acknowledged: number;
  /** Messages that devices dropped in the present life, because too many waited. */
  readonly dropped: number;
  /** Messages read from the topics. */
  readonly inTopic: number;
  /** Rows of the table. */
  readonly inTable: number;
  readonly deadLetters: number;
  /** Observations or offsets that are missing without a declared fault. */
  readonly missing: number;
  /** Messages or rows that exist more than once without a declared fault. */
  readonly repeated: number;
}

/** A reason why nothing is proved. */
export interface Unproved {
  /** One line: `lake has not read device-1/0`. */
  readonly what: string;
  /** Since when, if that is known. */
  readonly sinceMs?: number;
  /** Why, one line. */
  readonly reason?: string;
}

export interface ReconciliationTotals extends ReconciliationCounts {
  /** Losses and duplicates that messages declare. */
  readonly declaredLosses: number;
  readonly declaredDuplicates: number;
  /** How much was read of the messages and rows that existed before the dashboard started: 0 to 1. */
  readonly topicsRead: number;
  readonly tableRead: number;
  /** Why the table does not exist or cannot be read, one line. */
  readonly tableProblem?: string;
  /** Nothing is proved while this is not empty. The first reasons. */
  readonly unproved: readonly Unproved[];
  /** What is still unknown, one line: nothing is proved before it is known. */
  readonly waitingFor?: string;
  /** Whether rows are expected in a table: a lake is planned, or a table exists. */
  readonly expectsTable: boolean;
}

export interface ReconciliationRow extends ReconciliationCounts {
  readonly device: string;
  readonly topic: string;
}

/** Numbers that are missing or exist too often. */
export interface Gap {
  /** `device-1/sensor_1` or `device-1/0`, the topic's partition. */
  readonly where: string;
  readonly device?: string;
  readonly kind:
    | "missing in topic"
    | "repeated in topic"
    | "acknowledged, not in topic"
    | "missing in table"
    | "repeated in table";
  /**
   * What the numbers are: `seq` of one life of a device, or `offset`. With `messages`, the device's count from 1 on shows how many are
   * missing, but not which.
   */
  readonly unit: "seq" | "offset" | "messages";
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Event `conservation`, each second. */
export interface ReconciliationFrame extends Slice {
  readonly totals: ReconciliationTotals;
  /** Devices with gaps come first. */
  readonly rows: readonly ReconciliationRow[];
  /** The first gaps; {@link gapCount} counts all. */
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
}

/** Events of the stream, by name. `overview` always comes, the others depend on the query's `view`. */
export interface StreamEvents {
  readonly overview: OverviewFrame;
  readonly devices: DevicesFrame;
  readonly points: PointsFrame;
  readonly topics: TopicsFrame;
  readonly lake: LakeFrame;
  readonly conservation: ReconciliationFrame;
}

/** The query's `view`. `device` shows the device of the query's `device`, with all points of its curves. */
export const views = ["overview", "devices", "device", "topics", "lake", "conservation"] as const;
export type View = (typeof views)[number];

/** The paths of the server, all for GET. */
export const paths = {
  /** Query: `view`; `search` (part of a name) and `page` (from 0) for views with pages; `device` for the view `device`. */
  stream: "/api/stream",
  /** Everything once, as {@link StateFrame}, for scripts. */
  state: "/api/state",
} as const;

/** Answer of `GET /api/state`. */
export interface StateFrame {
  readonly overview: OverviewFrame;
  readonly lake: LakeFrame;
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
}
