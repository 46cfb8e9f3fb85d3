import { maxBatchBytes } from "../../../contract/environment/device";
import { consumerRebalanceMs, consumerSessionMs } from "../../../contract/consumer-types";
import { minBatchBytes } from "../../model/cluster";

/** Which of Kafka's broker properties this stack sets itself, and which values of the others it works with. */

/** Broker properties that this program sets itself, or that users cannot set. */
interface Owned {
  /** Names of properties; a name that ends with `.` stands for all properties that start with it. */
  readonly names: readonly string[];
  /** Why, and what to set instead. */
  readonly remedy: string;
}

/**
 * Every property that users may not set, with the reason. All others are passed on as they are, and win over Kafka's own defaults. The names
 * are those of Kafka 3.9 and 4, and of older versions that the image still recognizes.
 */
const owned: readonly Owned[] = [
  {
    names: ["broker.id", "broker.id.generation.enable", "node.id", "reserved.broker.max.id"],
    remedy: "brokers are numbered from 1, each with a volume of its own: set brokers",
  },
  {
    names: [
      "listeners",
      "advertised.listeners",
      "listener.security.protocol.map",
      "inter.broker.listener.name",
      "security.inter.broker.protocol",
      "control.plane.listener.name",
      "early.start.listeners",
      "advertised.host.name",
      "advertised.port",
      "advertised.host",
      "host.name",
      "host",
      "port",
    ],
    remedy: "the program decides where brokers listen, for the network and for the host: set hostPort",
  },
  {
    names: [
      "process.roles",
      "controller.listener.names",
      "controller.quorum.",
      "cluster.id",
      "zookeeper.",
      // These decide how soon a lost broker is noticed, as ZooKeeper's session does in the other mode.
      "broker.heartbeat.interval.ms",
      "broker.session.timeout.ms",
      "initial.broker.registration.timeout.ms",
    ],
    remedy: "the program decides how brokers coordinate: set coordination, zookeepers and brokers",
  },
  {
    names: ["log.dir", "log.dirs", "metadata.log.dir", "data.dirs", "cordoned.log.dirs"],
    remedy: "the data is in the broker's volume; elsewhere it would be lost with the container",
  },
  {
    names: ["auto.create.topics.enable"],
    remedy:
      "the program creates the topics; Kafka would also create a topic whose name is misspelt: set devices and partitions",
  },
  {
    names: ["unclean.leader.election.enable"],
    remedy: "it would give up acknowledged messages, and nothing may be lost here",
  },
  {
    names: ["log.cleanup.policy"],
    remedy:
      "messages have their sensors as keys, a compacted topic keeps only the last message of each key, and nothing may be lost here: " +
      "set topicDefaults.retention or retentionSize",
  },
  {
    names: ["controlled.shutdown.enable"],
    remedy: "without it each restart of a broker interrupts its clients",
  },
  {
    names: [
      "min.insync.replicas",
      "offsets.topic.replication.factor",
      "transaction.state.log.replication.factor",
      "transaction.state.log.min.isr",
      "share.coordinator.state.topic.replication.factor",
      "share.coordinator.state.topic.min.isr",
    ],
    remedy: "the program decides the number of copies: set replicationFactor",
  },
  {
    names: ["offsets.topic.num.partitions", "transaction.state.log.num.partitions"],
    remedy: "Kafka cannot change the number of partitions of its own topics once they exist",
  },
  {
    names: [
      "group.initial.rebalance.delay.ms",
      "leader.imbalance.check.interval.seconds",
      "auto.leader.rebalance.enable",
    ],
    remedy: "the program sets it so that clients work again soon after a start or a loss",
  },
  {
    names: [
      "ssl.",
      "sasl.",
      "authorizer.class.name",
      "principal.builder.class",
      "super.users",
      "allow.everyone.if.no.acl.found",
      "delegation.token.",
      "password.encoder.",
    ],
    remedy: "devices and consumers of this stack speak plain text, on a private network and 127.0.0.1",
  },
  {
    names: ["max.connections.per.ip.overrides"],
    remedy: "containers have other addresses after each start: set max.connections.per.ip",
  },
  { names: ["heap.opts"], remedy: "it is not a property: set kafka.heap" },
  {
    names: [
      "opts",
      "gc.log.opts",
      "jmx.",
      "jvm.performance.opts",
      "log4j.",
      "tools.log4j.",
      "cub.",
      "debug",
      "version",
    ],
    remedy: "it is not a property: the image uses the variable of this name itself",
  },
];

/** Why a property may not be set, and what to set instead; undefined if it may be set. */
export function ownedRemedy(property: string): string | undefined {
  return owned.find(({ names }) =>
    names.some((name) => (name.endsWith(".") ? property.startsWith(name) : property === name)),
  )?.remedy;
}

/** The values of a property with which this stack works, where Kafka's own list allows more. */
export interface NarrowerRule {
  /** In the notation of Kafka's documentation; numbers must keep to Kafka's bounds too. */
  readonly valid?: string;
  /** An item that a list must have. */
  readonly mustHave?: string;
  /** What goes wrong otherwise. */
  readonly why: string;
}

const batches = `devices send batches of up to ${maxBatchBytes} bytes, and lose what they have kept if Kafka refuses one`;
const otherwiseNoStart = "otherwise a broker does not start";
const retention: NarrowerRule = { valid: "[1,...] or -1", why: "with 0 a broker does not start" };
/** The codecs of Kafka's records by their numbers (KIP-98, KIP-110). */
const codec: NarrowerRule = { valid: "[0,...,4]", why: otherwiseNoStart };
/** Each thread takes memory beside the heap; Kafka's own defaults are 1 to 10. */
const threads: NarrowerRule = {
  valid: "[1,...,256]",
  why: "otherwise a broker does not start, or runs out of memory",
};
const someThreads: NarrowerRule = { valid: "[1,...]", why: otherwiseNoStart };
const socketBuffer: NarrowerRule = {
  valid: "[65536,...] or -1",
  why: "with less a request does not get through",
};
/** Intervals of a broker's own work: with a short interval the broker does nothing else. */
const timer: NarrowerRule = {
  valid: "[1000,...]",
  why: "with 0 a broker does not start, and with little it has no time for clients",
};
const waiting: NarrowerRule = {
  valid: "[1000,...]",
  why: "with less brokers give up before they have answered each other",
};
const smallestFile: NarrowerRule = {
  valid: "[1048576,...]",
  why: "with less a broker creates too many files, or cannot write to them",
};
const loadBuffer: NarrowerRule = {
  valid: "[1,...,67108864]",
  why: "a broker takes this much of its heap to load a group",
};

const sessions = `consumers of this stack ask for sessions of ${consumerSessionMs / 1_000} s`;

/** After an outage of up to an hour, devices send the batches again that were on their way. */
const outageMs = 3_600_000;
const oldBatches = "after an outage devices send batches again that they made before it";

/** Narrower rules by property. For many of these, Kafka's list has no bounds: `KafkaConfig` checks them only while a broker starts, or not at all. */
export const narrowerRules: ReadonlyMap<string, NarrowerRule> = new Map(
  Object.entries({
    "message.max.bytes": { valid: `[${minBatchBytes},...]`, why: batches },
    "socket.request.max.bytes": { valid: `[${minBatchBytes},...]`, why: batches },
    "log.segment.bytes": {
      valid: `[${minBatchBytes},...]`,
      why: `Kafka refuses a batch that is larger than a segment; ${batches}`,
    },
    "log.retention.hours": retention,
    "log.retention.minutes": retention,
    "log.retention.ms": retention,
    "log.retention.bytes": {
      valid: "[1048576,...] or -1",
      why: "with less a broker deletes messages before they are read",
    },
    "log.roll.ms": { valid: "[60000,...]", why: "with less a broker creates too many files" },
    "log.roll.jitter.ms": { valid: "[0,...]", why: otherwiseNoStart },
    "log.flush.interval.ms": { valid: "[0,...]", why: otherwiseNoStart },
    "log.flush.scheduler.interval.ms": timer,
    "log.flush.offset.checkpoint.interval.ms": timer,
    "log.flush.start.offset.checkpoint.interval.ms": timer,
    "log.retention.check.interval.ms": timer,
    "replica.high.watermark.checkpoint.interval.ms": timer,
    "log.index.size.max.bytes": {
      valid: "[1024,...,1073741824]",
      why: "a broker takes this much address space for each segment, and starts a new segment when it is full",
    },
    "log.message.timestamp.before.max.ms": { valid: `[${outageMs},...]`, why: oldBatches },
    "log.message.timestamp.difference.max.ms": { valid: `[${outageMs},...]`, why: oldBatches },
    "log.message.timestamp.after.max.ms": {
      valid: "[1000,...]",
      why: "the clocks of a device and a broker differ",
    },
    "producer.id.expiration.ms": {
      valid: `[${outageMs},...]`,
      why: `${oldBatches}, and a broker would then store them twice`,
    },
    "log.cleaner.threads": threads,
    "log.cleaner.io.buffer.size": {
      valid: "[1024,...,67108864]",
      why: "a broker takes this much of its heap when it starts",
    },
    "log.cleaner.io.buffer.load.factor": { valid: "[0.1,...,1]", why: "a hash table cannot have another" },
    "log.cleaner.io.max.bytes.per.second": {
      valid: "[1024,...]",
      why: "with less committed offsets fill the disk",
    },
    "num.io.threads": threads,
    "num.network.threads": threads,
    "background.threads": threads,
    "group.coordinator.threads": threads,
    "num.recovery.threads.per.data.dir": threads,
    "queued.max.requests": {
      valid: "[1,...,100000]",
      why: "a broker takes memory for each when it starts",
    },
    "socket.receive.buffer.bytes": socketBuffer,
    "socket.send.buffer.bytes": socketBuffer,
    "replica.socket.receive.buffer.bytes": socketBuffer,
    "socket.connection.setup.timeout.ms": waiting,
    "socket.connection.setup.timeout.max.ms": waiting,
    "request.timeout.ms": waiting,
    "controller.socket.timeout.ms": waiting,
    "offsets.commit.timeout.ms": waiting,
    "replica.lag.time.max.ms": waiting,
    "replica.fetch.wait.max.ms": {
      valid: "[1,...,5000]",
      why: "devices wait until every copy has a message",
    },
    "replica.fetch.min.bytes": {
      valid: "[0,...,1048576]",
      why: "devices wait until every copy has a message",
    },
    "controlled.shutdown.max.retries": {
      valid: "[1,...]",
      why: "without it each restart of a broker interrupts its clients",
    },
    "controlled.shutdown.retry.backoff.ms": { valid: "[0,...]", why: "no time is shorter" },
    "default.replication.factor": { valid: "[1,...]", why: "a topic has at least one copy" },
    "connections.max.idle.ms": {
      // At most a year: a broker adds it to a clock of nanoseconds, which overflows with very large values, and closes connections at once.
      valid: `[${consumerRebalanceMs + 1_000},...,31536000000] or -1`,
      why: `consumers are silent while they wait for others of their group, for up to ${consumerRebalanceMs / 1_000} s`,
    },
    "offsets.retention.check.interval.ms": {
      valid: "[60000,...]",
      why: "at each check a broker forgets groups without members, such as a group that is about to form",
    },
    "offset.metadata.max.bytes": { valid: "[0,...]", why: "with less nobody can commit offsets" },
    "offsets.topic.segment.bytes": smallestFile,
    "transaction.state.log.segment.bytes": smallestFile,
    "offsets.load.buffer.size": loadBuffer,
    "transaction.state.log.load.buffer.size": loadBuffer,
    "metadata.log.segment.bytes": { ...smallestFile, valid: "[8388608,...]" },
    "metadata.log.segment.ms": { valid: "[60000,...]", why: "with less a node creates too many files" },
    "metadata.log.max.record.bytes.between.snapshots": {
      valid: "[1048576,...]",
      why: "with less a node has no time for anything but snapshots",
    },
    "metadata.max.retention.bytes": { valid: "[1048576,...] or -1", why: "a node needs its latest snapshot" },
    "metadata.max.retention.ms": { valid: "[60000,...] or -1", why: "a node needs its latest snapshot" },
    "group.coordinator.append.linger.ms": {
      valid: "[0,...,1000] or -1",
      why: "consumers wait for it whenever a group changes",
    },
    "remote.log.manager.copier.thread.pool.size": someThreads,
    "remote.log.manager.expiration.thread.pool.size": someThreads,
    "offsets.commit.required.acks": { valid: "[-1,...,1]", why: otherwiseNoStart },
    "offsets.topic.compression.codec": codec,
    "share.coordinator.state.topic.compression.codec": codec,
    "num.replica.fetchers": {
      valid: "[1,...,256]",
      why: "with less no broker copies anything, and each takes memory",
    },
    "group.max.session.timeout.ms": { valid: `[${consumerSessionMs},...]`, why: sessions },
    "group.min.session.timeout.ms": { valid: `[0,...,${consumerSessionMs}]`, why: sessions },
    "group.coordinator.rebalance.protocols": {
      mustHave: "classic",
      why: "consumers of this stack have no other protocol",
    },
  }),
);
