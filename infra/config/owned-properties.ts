/** Broker properties that this program sets itself, or cannot let be set. */
interface Owned {
  /** Names of properties; one that ends with `.` stands for all that begin with it. */
  readonly names: readonly string[];
  /** Why, and what to set instead. */
  readonly remedy: string;
}

const copies = "the program decides how many copies there are: set replicationFactor";
const coordination = "the program decides how brokers agree: set coordination, zookeepers and brokers";
const ownPartitions = "an existing topic of Kafka's own cannot take another number of partitions";

/**
 * Every property that users may not set, with the reason. What is not here is passed on as it is, and wins over Kafka's own
 * default. Names are those of Kafka 3.9 and 4, and of older versions that the image still looks at.
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
      // These two decide how soon a lost broker is noticed, with ZooKeeper's session in the other mode.
      "broker.heartbeat.interval.ms",
      "broker.session.timeout.ms",
      "initial.broker.registration.timeout.ms",
    ],
    remedy: coordination,
  },
  {
    names: ["log.dir", "log.dirs", "metadata.log.dir", "data.dirs", "cordoned.log.dirs"],
    remedy: "data lies in the broker's volume; elsewhere it would be gone with the container",
  },
  {
    names: ["auto.create.topics.enable"],
    remedy:
      "topics are made as planned; by itself Kafka would make a misspelt one: set devices and partitions",
  },
  {
    names: ["unclean.leader.election.enable"],
    remedy: "it would give up acknowledged messages, and nothing may be lost here",
  },
  {
    names: ["log.cleanup.policy"],
    remedy:
      "messages have their sensors as keys, of which a compacted topic keeps the last alone, and nothing may be lost here: " +
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
    remedy: copies,
  },
  { names: ["offsets.topic.num.partitions", "transaction.state.log.num.partitions"], remedy: ownPartitions },
  {
    names: [
      "group.initial.rebalance.delay.ms",
      "leader.imbalance.check.interval.seconds",
      "auto.leader.rebalance.enable",
    ],
    remedy: "the program sets it so that clients are soon at work after a start or a loss",
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
  { names: ["heap.opts"], remedy: "it is no property: set kafka.heap" },
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
    remedy: "it is no property: the image takes the variable of this name for itself",
  },
];

/** Why a property may not be set and what to set instead; undefined if it may. */
export function ownedRemedy(property: string): string | undefined {
  return owned.find(({ names }) =>
    names.some((name) => (name.endsWith(".") ? property.startsWith(name) : property === name)),
  )?.remedy;
}
