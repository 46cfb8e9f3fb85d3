import type { Voter } from "../../contract/environment/topic-init";
import { controllerPort, zookeeperPort } from "../../contract/ports";
import { quorumSize, separateControllers } from "../model/cluster";
import { brokerServiceName, controllerServiceName, zookeeperServiceName } from "../model/names";
import type { StackSpec } from "../model/spec";
import { heapOptions, kafkaDataPath, kafkaNode, nodeVariables } from "./kafka-node";
import { commonWorkload, type Variables, type Workload } from "./workload";

/** How brokers agree on the state of their cluster: through a ZooKeeper ensemble, or through the quorum of a KRaft cluster. */

/** Resolves a workload's name within its stack to the host name by which the stack's other workloads reach it. */
export type HostOf = (name: string) => string;

/** The coordination of a cluster. */
export type Coordination =
  | { readonly kind: "zookeeper"; readonly zookeepers: readonly ZookeeperPlan[] }
  | { readonly kind: "kraft"; readonly quorum: QuorumPlan; readonly controllers: readonly ControllerPlan[] };

/** Plans the coordination of a stack's cluster. */
export function planCoordination(
  spec: Pick<StackSpec, "coordination" | "zookeepers" | "brokers" | "kafka">,
  hostOf: HostOf,
): Coordination {
  if (spec.coordination === "zookeeper")
    return { kind: spec.coordination, zookeepers: planZookeepers(spec.zookeepers, hostOf) };
  const quorum = planQuorum(spec.brokers, hostOf);
  return { kind: spec.coordination, quorum, controllers: planControllers(quorum, spec.kafka.properties) };
}

/** A member of the ZooKeeper ensemble. */
export interface ZookeeperPlan extends Workload {
  readonly id: number;
  /** Where brokers reach it, as `host:port`. */
  readonly address: string;
}

/** Ports at which members of an ensemble talk to each other: followers to the leader, and all in an election. */
const peerPort = 2_888;
const electionPort = 3_888;

/** A member without a leader answers `srvr` with a sentence that has no `Mode:` in it. `ruok` is not whitelisted. */
const servesRequests = [
  "bash",
  "-c",
  `exec 3<>/dev/tcp/127.0.0.1/${zookeeperPort} && printf srvr >&3 && grep -q ^Mode: <&3`,
];

/** Plans an ensemble of `size` members (1, 3 or 5). */
function planZookeepers(size: number, hostOf: HostOf): ZookeeperPlan[] {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const host = (id: number) => hostOf(zookeeperServiceName(id));
  // The image numbers servers by their place in this list, so the order is that of the ids.
  const servers = ids.map((id) => `${host(id)}:${peerPort}:${electionPort}`).join(";");
  return ids.map((id) => ({
    ...commonWorkload,
    id,
    name: zookeeperServiceName(id),
    role: "zookeeper",
    image: "zookeeper",
    user: "appuser",
    address: `${host(id)}:${zookeeperPort}`,
    environment: {
      KAFKA_HEAP_OPTS: "-Xms64m -Xmx128m",
      ZOOKEEPER_CLIENT_PORT: String(zookeeperPort),
      ZOOKEEPER_TICK_TIME: "2000",
      ...(size > 1 && {
        ZOOKEEPER_INIT_LIMIT: "10",
        ZOOKEEPER_SERVERS: servers,
        ZOOKEEPER_SERVER_ID: String(id),
        ZOOKEEPER_SYNC_LIMIT: "5",
      }),
    },
    memoryMegabytes: 384,
    // Measured with `docker stats`: 58 MB when new, 85 to 115 MB after hours.
    expectedMegabytes: 120,
    ports: [
      { name: "client", port: zookeeperPort },
      { name: "peer", port: peerPort },
      { name: "election", port: electionPort },
    ],
    ready: { probe: { command: servesRequests }, startTimeoutSeconds: 120 },
    volumes: [
      { name: `${zookeeperServiceName(id)}-data`, path: "/var/lib/zookeeper/data" },
      { name: `${zookeeperServiceName(id)}-log`, path: "/var/lib/zookeeper/log" },
    ],
    // The image declares it as a volume: with nothing mounted over it, the engine would leave a nameless volume behind.
    scratch: [{ path: "/etc/zookeeper/secrets", megabytes: 1 }],
    // The image writes its configuration at start, to places that its documentation does not fix.
    readOnlyRoot: false,
    stopGraceSeconds: 30,
    rollsOneAtATime: true,
  }));
}

/** The quorum of a KRaft cluster. */
export interface QuorumPlan {
  /** The node that begins a new cluster, alone; all others join it. It exists at every size that the stack can have. */
  readonly founder: number;
  /** The nodes that vote once the cluster is as planned; an even number would be no safer than one less. */
  readonly voters: readonly Voter[];
  /** Where a node looks for the quorum, Kafka's `controller.quorum.bootstrap.servers`: the same at every size. */
  readonly bootstrapServers: string;
  /** Brokers are the controllers too. */
  readonly combined: boolean;
}

/** Node ids of separate controllers begin above those of brokers. */
const firstControllerId = 101;

/** Plans the quorum of a KRaft cluster of `brokers` brokers. */
function planQuorum(brokers: number, hostOf: HostOf): QuorumPlan {
  const combined = separateControllers(brokers) === 0;
  const candidates = Array.from({ length: quorumSize }, (_, index): Voter => {
    const name = combined ? brokerServiceName(index + 1) : controllerServiceName(index + 1);
    return {
      nodeId: combined ? index + 1 : firstControllerId + index,
      host: hostOf(name),
      port: controllerPort,
    };
  });
  return {
    founder: combined ? 1 : firstControllerId,
    voters: combined && brokers < quorumSize ? candidates.slice(0, 1) : candidates,
    bootstrapServers: candidates.map(({ host, port }) => `${host}:${port}`).join(","),
    combined,
  };
}

/** The quorum's settings on every node of a KRaft cluster. */
export function quorumVariables(quorum: QuorumPlan, nodeId: number): Variables {
  return {
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: quorum.bootstrapServers,
    KAFKA_NODE_ID: String(nodeId),
  };
}

/** The variable by which every node of a KRaft cluster gets the cluster's id. */
export const clusterIdVariable = "CLUSTER_ID";

/** The variables of a KRaft node that the plan cannot know. */
export const kraftLateEnvironment = { [clusterIdVariable]: { kind: "cluster-id" } } as const;

const configure = "/etc/confluent/docker/configure";
const formatStorage = `kafka-storage format --cluster-id "$${clusterIdVariable}" --config /etc/kafka/kafka.properties "$1"`;
const joining = "--no-initial-controllers";

/** Formats a node's storage so that the node joins an existing cluster, whichever node began that, and does no more. */
export const formatToJoin: readonly string[] = [
  "bash",
  "-ec",
  `${configure}\n${formatStorage}`,
  "kraft",
  joining,
];

/**
 * Starts a KRaft node as the image's own `run` does, but for the storage: `run` knows only quorums that never change. In one
 * that can (KIP-853), the founder is formatted as a cluster of its own and the others as nodes that will join; see
 * `kafka-storage format --help`.
 */
export function kraftCommand(quorum: QuorumPlan, nodeId: number): string[] {
  const format = nodeId === quorum.founder ? "--standalone" : joining;
  const script = [
    configure,
    `storage=${kafkaDataPath}/meta.properties`,
    'if [ ! -e "$storage" ]; then',
    `  ${formatStorage}`,
    `elif ! grep -qx "cluster.id=$${clusterIdVariable}" "$storage"; then`,
    `  echo "This volume holds data of another cluster than $${clusterIdVariable} ($(grep cluster.id "$storage")):" \\`,
    '    "npm run down first, or remove the volume." >&2',
    "  exit 1",
    "fi",
    "exec /etc/confluent/docker/launch",
  ].join("\n");
  return ["bash", "-ec", script, "kraft", format];
}

/** A KRaft controller that is not a broker too. */
export interface ControllerPlan extends Workload {
  readonly nodeId: number;
}

/** A controller keeps the metadata of a cluster in memory and little else. */
const controllerHeapMegabytes = 256;

/**
 * Plans the controllers of a quorum that has nodes of its own; none where brokers are the controllers.
 * @param properties Kafka's properties as the user sets them, those of brokers.
 */
function planControllers(quorum: QuorumPlan, properties: Readonly<Record<string, string>>): ControllerPlan[] {
  if (quorum.combined) return [];
  return quorum.voters.map(({ nodeId }, index) => ({
    ...kafkaNode({
      name: controllerServiceName(index + 1),
      heapMegabytes: controllerHeapMegabytes,
      readyPort: controllerPort,
    }),
    nodeId,
    role: "controller",
    command: kraftCommand(quorum, nodeId),
    environment: {
      ...nodeVariables(properties),
      ...quorumVariables(quorum, nodeId),
      KAFKA_HEAP_OPTS: heapOptions(controllerHeapMegabytes),
      KAFKA_LISTENERS: `CONTROLLER://0.0.0.0:${controllerPort}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT",
      KAFKA_PROCESS_ROLES: "controller",
    },
    lateEnvironment: kraftLateEnvironment,
    ports: [{ name: "controller", port: controllerPort }],
    // The image forbids a controller to advertise an address.
    announcesHostName: true,
  }));
}
