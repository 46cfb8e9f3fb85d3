/**
 * What the server sends to pages: each frame is one event of the stream `GET /api/stream`, as JSON. Every frame says all there is of
 * its kind, but for {@link PointsFrame}, which brings what is new. Times are milliseconds since 1970 by the server's clock, names are
 * as users wrote them (the page escapes all of them), rates are averages of the last seconds.
 */

/** How something does: `unknown` until it was looked at, `unreachable` if it does not answer, `sick` if it says so itself. */
export type Condition = "healthy" | "sick" | "unreachable" | "unknown";

/** Something with a health, as the topology shows it. */
export interface NodeFrame {
  /** What it is in its stack: `broker-1`, `device-1`, `lake`. */
  readonly name: string;
  readonly condition: Condition;
  /** Why it is not healthy, one line. */
  readonly reason?: string;
  /** Since when it has been so. */
  readonly sinceMs: number;
}

export interface BrokerFrame extends NodeFrame {
  readonly id: number;
  /** Partitions of the stack's topics that it leads, has in sync, and should have. */
  readonly leads: number;
  readonly inSync: number;
  readonly replicas: number;
  /** Messages published to partitions that it leads, a second. */
  readonly messagesPerSecond: number;
}

export interface DeviceContainerFrame extends NodeFrame {
  readonly devices: number;
  readonly messagesPerSecond: number;
}

/** The containers of devices: counts of all, and the first few, those that are not healthy before the others. */
export interface DeviceContainersFrame {
  readonly total: number;
  readonly byCondition: Readonly<Record<Condition, number>>;
  readonly shown: readonly DeviceContainerFrame[];
}

export interface ConsumerFrame extends NodeFrame {
  readonly type: string;
  readonly group: string | undefined;
  /** Messages that it reads a second; null if it does not tell. */
  readonly messagesPerSecond: number | null;
  /** Messages that its group has not committed yet; null if it is in no group or nothing is known. */
  readonly lag: number | null;
}

/** Event `overview`, each second: the whole stack at a glance. */
export interface OverviewFrame {
  readonly stack: string;
  readonly nowMs: number;
  readonly coordination: "zookeeper" | "kraft";
  readonly coordinators: readonly NodeFrame[];
  readonly brokers: readonly BrokerFrame[];
  readonly deviceContainers: DeviceContainersFrame;
  readonly consumers: readonly ConsumerFrame[];
  readonly totals: {
    /** By the plan. */
    readonly devices: number;
    /** Seen in messages. */
    readonly sensors: number;
    readonly topics: number;
    readonly partitions: number;
    readonly underReplicated: number;
    readonly leaderless: number;
    /** Messages in the topics now. */
    readonly messages: number;
    /** Messages published a second, by all devices. */
    readonly messagesPerSecond: number;
    /** From the observation's time to this server, of live messages of the last seconds; null if there were none. */
    readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  };
  /** Null where the stack has no table yet. */
  readonly lake: LakeSummary | null;
  readonly conservation: ConservationTotals;
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
  /** When the newest commit was made. */
  readonly committedMs: number;
  readonly rowsPerSecond: number;
  /** From a message's Kafka timestamp to the commit of its row, of the last minutes; null if there were none. */
  readonly freshnessMs: Quantiles | null;
}

/** Names that messages have and no plan may be of any length; what is called by a longer one counts, and is not shown. */
export const maxNameLength = 200;

/** What pages ask for: which slice of what may be very many. */
export interface Slice {
  readonly search: string;
  /** Counted from 0. */
  readonly page: number;
  /** Items that match the search, and how many of them make a page. */
  readonly total: number;
  readonly pageSize: number;
}

/** A point of a curve: time and value. */
export type Point = readonly [timeMs: number, value: number];

export interface SensorFrame {
  readonly name: string;
  readonly unit?: string;
  /** The newest observation. */
  readonly last: { readonly timeMs: number; readonly value: number; readonly label?: string };
  readonly points: readonly Point[];
}

export interface DeviceFrame {
  readonly name: string;
  readonly topic: string;
  readonly container: string;
  /** That of its container. */
  readonly condition: Condition;
  readonly messagesPerSecond: number;
  /** In the order of their first messages; empty while it has sent nothing. Among many devices only the first few of each. */
  readonly sensors: readonly SensorFrame[];
  /** How many sensors it has. */
  readonly sensorCount: number;
}

/** Event `devices`: a page of devices with the curves of their sensors; sent at the begin and whenever the set of them changes. */
export interface DevicesFrame extends Slice {
  readonly devices: readonly DeviceFrame[];
}

/** Event `points`, several times a second: what is new of the curves that the last {@link DevicesFrame} has. */
export interface PointsFrame {
  readonly nowMs: number;
  /** By device, by sensor: new points in order, each newer than those before, and what the sensor shows now. */
  readonly points: Readonly<Record<string, Readonly<Record<string, NewPoints>>>>;
  /** Once a second: how the devices of the last {@link DevicesFrame} do now. */
  readonly states?: Readonly<Record<string, Pick<DeviceFrame, "condition" | "messagesPerSecond">>>;
}

export interface NewPoints {
  readonly points: readonly Point[];
  /** The newest one's label, if it has one. */
  readonly label?: string;
}

export interface PartitionFrame {
  readonly partition: number;
  /** Null if there is none. */
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
  /** The first hundred, those first that have no leader or a replica that is not in sync; empty while the topic does not exist. */
  readonly partitions: readonly PartitionFrame[];
  /** How many it has. */
  readonly partitionCount: number;
  /** Messages that it holds now. */
  readonly messages: number;
  /** By consumer group: messages that it has not committed yet, of all partitions. */
  readonly lag: Readonly<Record<string, number>>;
  readonly messagesPerSecond: number;
}

/** Event `topics`, each second. */
export interface TopicsFrame extends Slice {
  /** Consumer groups, sorted: the columns of lag. */
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
  /** Its begin. */
  readonly timeMs: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** Event `lake`, each second. */
export interface LakeFrame {
  readonly summary: LakeSummary | null;
  /** The newest first. */
  readonly commits: readonly CommitFrame[];
  /** The newest minutes, in order. */
  readonly minutes: readonly MinuteFrame[];
  /** Partitions of the table, all of them. */
  readonly minuteCount: number;
}

/** Sums of messages, all counted by what is seen in the topics and the tables, and by what devices say. */
export interface ConservationCounts {
  /** Messages that devices made: in this life by their own count, in earlier ones by what their messages show. */
  readonly produced: number;
  /** Messages that brokers acknowledged: likewise. */
  readonly acknowledged: number;
  /** Messages that devices dropped in this life, because too many waited. */
  readonly dropped: number;
  /** Messages read from the topics. */
  readonly inTopic: number;
  /** Rows of the table. */
  readonly inTable: number;
  readonly deadLetters: number;
  /** Observations or offsets that are missing, and that no declared fault explains. */
  readonly missing: number;
  /** Messages or rows that are there more than once, and that no declared fault explains. */
  readonly repeated: number;
}

/** Something that keeps the proof from being made. */
export interface Unproved {
  /** One line: `lake has not read device-1/0`. */
  readonly what: string;
  /** Since when it is so, where that is known. */
  readonly sinceMs?: number;
  /** Why, one line. */
  readonly reason?: string;
}

export interface ConservationTotals extends ConservationCounts {
  /** Declared faults' losses and duplicates that were seen. */
  readonly declaredLosses: number;
  readonly declaredDuplicates: number;
  /** How much of what was there before the dashboard started has been read: 0 to 1, of the topics and of the table. */
  readonly topicsRead: number;
  readonly tableRead: number;
  /** The table is not there or cannot be read: why, one line. */
  readonly tableProblem?: string;
  /** While there is anything here, nothing is proved. The first of them. */
  readonly unproved: readonly Unproved[];
  /** What is not known yet, one line: nothing is proved before it is. */
  readonly waitingFor?: string;
  /** Whether a table is to have the rows: a lake is planned, or there is a table. */
  readonly expectsTable: boolean;
}

export interface ConservationRow extends ConservationCounts {
  readonly device: string;
  readonly topic: string;
}

/** Something that is not as it has to be. */
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
   * What numbers they are of: `seq` of a device's life, or `offset`; of `messages` there is no telling which of those that a device
   * has counted, from 1 on, are missing, but how many.
   */
  readonly unit: "seq" | "offset" | "messages";
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Event `conservation`, each second. */
export interface ConservationFrame extends Slice {
  readonly totals: ConservationTotals;
  /** Devices with gaps come first. */
  readonly rows: readonly ConservationRow[];
  /** The first of them; {@link gapCount} counts all. */
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
}

/** Events of the stream, by name. `overview` always comes, the others as the page asks by the query's `view`. */
export interface StreamEvents {
  readonly overview: OverviewFrame;
  readonly devices: DevicesFrame;
  readonly points: PointsFrame;
  readonly topics: TopicsFrame;
  readonly lake: LakeFrame;
  readonly conservation: ConservationFrame;
}

/** What a page can look at: the query's `view`; `device` shows one, the query's `device`, with all points that there are. */
export const views = ["overview", "devices", "device", "topics", "lake", "conservation"] as const;
export type View = (typeof views)[number];

/** Where everything is. All are GET. */
export const paths = {
  /** Query: `view`, and where there is much, `search` (part of a name) and `page` (from 0); `device` for the view of one. */
  stream: "/api/stream",
  /** The same once, as {@link StateFrame}, for scripts. */
  state: "/api/state",
} as const;

/** Answer of `GET /api/state`. */
export interface StateFrame {
  readonly overview: OverviewFrame;
  readonly lake: LakeFrame;
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
}
