import { mostBatchBytes } from "../../apps/shared/contract/device";

/** What of a property's values this stack works with, where Kafka's list of properties allows more. */
export interface NarrowerRule {
  /** In the notation of Kafka's documentation, in place of the bounds there. */
  readonly valid?: string;
  /** What a list must have in it. */
  readonly mustHave?: string;
  /** What goes wrong otherwise. */
  readonly why: string;
}

/**
 * The least that Kafka must take at once: twice what the records of a device's longest batch have before compression
 * (`mostBatchBytes` of the contract), with room for the heads of batch and request. If Kafka refuses a batch as too large, the
 * device ends, and what it has kept is lost.
 */
export const leastBatchBytes = 2 * mostBatchBytes;

const batches = `devices send batches of up to ${mostBatchBytes} bytes, and what they have kept is lost if Kafka refuses one`;
const otherwiseNoStart = "otherwise a broker does not start";
const retention: NarrowerRule = { valid: "[1,...] or -1", why: "with 0 a broker does not start" };
/** The codecs of Kafka's records by their numbers (KIP-98, KIP-110). */
const codec: NarrowerRule = { valid: "[0,...,4]", why: otherwiseNoStart };
const threads: NarrowerRule = { valid: "[1,...]", why: otherwiseNoStart };

/** The session for which consumers ask, `sessionTimeout` in apps/shared/kafka. */
const sessionMs = 30_000;
const sessions = "consumers of this stack ask for sessions of 30 s";

/** By property. Those without bounds in Kafka's list are checked by `KafkaConfig` only while a broker starts, or not at all. */
export const narrowerRules: ReadonlyMap<string, NarrowerRule> = new Map(
  Object.entries({
    "message.max.bytes": { valid: `[${leastBatchBytes},...]`, why: batches },
    "socket.request.max.bytes": { valid: `[${leastBatchBytes},...]`, why: batches },
    "log.segment.bytes": {
      valid: `[${leastBatchBytes},...]`,
      why: `Kafka refuses a batch that is larger than a segment; ${batches}`,
    },
    "log.retention.hours": retention,
    "log.retention.minutes": retention,
    "log.retention.ms": retention,
    "log.roll.ms": { valid: "[1,...]", why: otherwiseNoStart },
    "log.roll.jitter.ms": { valid: "[0,...]", why: otherwiseNoStart },
    "log.cleaner.threads": threads,
    "remote.log.manager.copier.thread.pool.size": threads,
    "remote.log.manager.expiration.thread.pool.size": threads,
    "max.connections.per.ip": { valid: "[1,...]", why: "with 0 nobody can connect" },
    "offsets.commit.required.acks": { valid: "[-1,...,1]", why: otherwiseNoStart },
    "offsets.topic.compression.codec": codec,
    "share.coordinator.state.topic.compression.codec": codec,
    "num.replica.fetchers": { valid: "[1,...]", why: "with less no broker copies anything" },
    "group.max.session.timeout.ms": { valid: `[${sessionMs},...]`, why: sessions },
    "group.min.session.timeout.ms": { valid: `[0,...,${sessionMs}]`, why: sessions },
    "group.coordinator.rebalance.protocols": {
      mustHave: "classic",
      why: "consumers of this stack have no other protocol",
    },
  }),
);
