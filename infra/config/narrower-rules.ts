import { maxBatchBytes } from "../../contract/environment/device";

/** What of a property's values this stack works with, where Kafka's list of properties allows more. */
export interface NarrowerRule {
  /** In the notation of Kafka's documentation; numbers keep to the bounds there, too. */
  readonly valid?: string;
  /** What a list must have in it. */
  readonly mustHave?: string;
  /** What goes wrong otherwise. */
  readonly why: string;
}

/**
 * The least that Kafka must take at once: twice what the records of a device's longest batch have before compression
 * (`maxBatchBytes` of the contract), with room for the heads of batch and request. If Kafka refuses a batch as too large, the
 * device ends, and what it has kept is lost.
 */
export const minBatchBytes = 2 * maxBatchBytes;

const batches = `devices send batches of up to ${maxBatchBytes} bytes, and what they have kept is lost if Kafka refuses one`;
const otherwiseNoStart = "otherwise a broker does not start";
const retention: NarrowerRule = { valid: "[1,...] or -1", why: "with 0 a broker does not start" };
/** The codecs of Kafka's records by their numbers (KIP-98, KIP-110). */
const codec: NarrowerRule = { valid: "[0,...,4]", why: otherwiseNoStart };
/** Each takes memory beside the heap; Kafka's own defaults are 1 to 10. */
const threads: NarrowerRule = {
  valid: "[1,...,256]",
  why: "otherwise a broker does not start, or runs out of memory",
};
const someThreads: NarrowerRule = { valid: "[1,...]", why: otherwiseNoStart };
const socketBuffer: NarrowerRule = {
  valid: "[65536,...] or -1",
  why: "with less a request does not get through",
};
/** Timers of a broker's own work: 0 is none, and with little it does nothing else. */
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
  why: "with less a broker makes files without end, or cannot write to them",
};
const loadBuffer: NarrowerRule = {
  valid: "[1,...,67108864]",
  why: "a broker takes so much of its heap to load a group",
};

/** What `consumerSettings` of apps/shared/kafka asks for: the session, and how long a group waits for its members. */
const sessionMs = 30_000;
const rebalanceMs = 60_000;
const sessions = "consumers of this stack ask for sessions of 30 s";

/** An outage of an hour, after which devices send again what was on its way. */
const outageMs = 3_600_000;
const oldBatches = "after an outage devices send batches again that they made before it";

/** By property. Those without bounds in Kafka's list are checked by `KafkaConfig` only while a broker starts, or not at all. */
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
    "log.roll.ms": { valid: "[60000,...]", why: "with less a broker makes files without end" },
    "log.roll.jitter.ms": { valid: "[0,...]", why: otherwiseNoStart },
    "log.flush.interval.ms": { valid: "[0,...]", why: otherwiseNoStart },
    "log.flush.scheduler.interval.ms": timer,
    "log.flush.offset.checkpoint.interval.ms": timer,
    "log.flush.start.offset.checkpoint.interval.ms": timer,
    "log.retention.check.interval.ms": timer,
    "replica.high.watermark.checkpoint.interval.ms": timer,
    "log.index.size.max.bytes": {
      valid: "[1024,...,1073741824]",
      why: "a broker takes so much address space for each segment, and begins another when it is full",
    },
    "log.message.timestamp.before.max.ms": { valid: `[${outageMs},...]`, why: oldBatches },
    "log.message.timestamp.difference.max.ms": { valid: `[${outageMs},...]`, why: oldBatches },
    "log.message.timestamp.after.max.ms": {
      valid: "[1000,...]",
      why: "clocks of a device and a broker differ",
    },
    "producer.id.expiration.ms": {
      valid: `[${outageMs},...]`,
      why: `${oldBatches}, which a broker would then take twice`,
    },
    "log.cleaner.threads": threads,
    "log.cleaner.io.buffer.size": {
      valid: "[1024,...,67108864]",
      why: "a broker takes so much of its heap at its start",
    },
    "log.cleaner.io.buffer.load.factor": { valid: "[0.1,...,1]", why: "a hash table has no other" },
    "log.cleaner.io.max.bytes.per.second": {
      valid: "[1024,...]",
      why: "with less committed offsets fill the disk",
    },
    "num.io.threads": threads,
    "num.network.threads": threads,
    "background.threads": threads,
    "group.coordinator.threads": threads,
    "num.recovery.threads.per.data.dir": threads,
    "queued.max.requests": { valid: "[1,...,100000]", why: "a broker takes memory for each at its start" },
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
    "controlled.shutdown.retry.backoff.ms": { valid: "[0,...]", why: "no time is less" },
    "default.replication.factor": { valid: "[1,...]", why: "a topic has at least one copy" },
    "connections.max.idle.ms": {
      // A year; a broker counts from now on in nanoseconds, of which very many are negative: it would close connections at once.
      valid: `[${rebalanceMs + 1_000},...,31536000000] or -1`,
      why: "consumers are silent while they wait for others of their group, for up to 60 s",
    },
    "offsets.retention.check.interval.ms": {
      valid: "[60000,...]",
      why: "at each check a broker forgets groups that have no member yet, such as one that is about to form",
    },
    "offset.metadata.max.bytes": { valid: "[0,...]", why: "with less nobody can commit offsets" },
    "offsets.topic.segment.bytes": smallestFile,
    "transaction.state.log.segment.bytes": smallestFile,
    "offsets.load.buffer.size": loadBuffer,
    "transaction.state.log.load.buffer.size": loadBuffer,
    "metadata.log.segment.bytes": { ...smallestFile, valid: "[8388608,...]" },
    "metadata.log.segment.ms": { valid: "[60000,...]", why: "with less a node makes files without end" },
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
    "group.max.session.timeout.ms": { valid: `[${sessionMs},...]`, why: sessions },
    "group.min.session.timeout.ms": { valid: `[0,...,${sessionMs}]`, why: sessions },
    "group.coordinator.rebalance.protocols": {
      mustHave: "classic",
      why: "consumers of this stack have no other protocol",
    },
  }),
);
