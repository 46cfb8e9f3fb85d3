import { controllerPort } from "../../contract/ports";
import type { Voter } from "../../contract/environment/topic-init";
import { quorumSize, separateControllers } from "../model/cluster";
import { brokerServiceName, containerName, controllerServiceName } from "../model/names";

/** The quorum of a KRaft cluster. */
export interface QuorumPlan {
  /** The node that begins a new cluster, alone; all others join it. It is there at every size that the stack can have. */
  readonly founder: number;
  /** The nodes that vote once the cluster is as planned; an even number would be no safer than one less. */
  readonly voters: readonly Voter[];
  /** Where a node asks for the quorum, Kafka's `controller.quorum.bootstrap.servers`: the same at every size. */
  readonly bootstrapServers: string;
  /** Brokers are the controllers too. */
  readonly combined: boolean;
}

export { controllerPort };

/** Node ids of separate controllers begin above those of brokers. */
const firstControllerId = 101;

/** Plans the quorum of a KRaft cluster of `brokers` brokers. */
export function planQuorum(stack: string, brokers: number): QuorumPlan {
  const combined = separateControllers(brokers) === 0;
  const candidates = Array.from({ length: quorumSize }, (_, index): Voter => {
    const what = combined ? brokerServiceName(index + 1) : controllerServiceName(index + 1);
    return {
      nodeId: combined ? index + 1 : firstControllerId + index,
      host: containerName(stack, what),
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

/** What every node of a KRaft cluster is told of its quorum. */
export function quorumVariables(quorum: QuorumPlan, nodeId: number): Record<string, string> {
  return {
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS: quorum.bootstrapServers,
    KAFKA_NODE_ID: String(nodeId),
  };
}

const configure = "/etc/confluent/docker/configure";
const formatStorage =
  'kafka-storage format --cluster-id "$CLUSTER_ID" --config /etc/kafka/kafka.properties "$1"';
const joining = "--no-initial-controllers";

/** Formats a node's storage so that it joins a cluster that there is, whoever has begun that, and does no more. */
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
    "storage=/var/lib/kafka/data/meta.properties",
    'if [ ! -e "$storage" ]; then',
    `  ${formatStorage}`,
    'elif ! grep -qx "cluster.id=$CLUSTER_ID" "$storage"; then',
    '  echo "This volume holds data of another cluster than $CLUSTER_ID ($(grep cluster.id "$storage")):" \\',
    '    "npm run down first, or remove the volume." >&2',
    "  exit 1",
    "fi",
    "exec /etc/confluent/docker/launch",
  ].join("\n");
  return ["bash", "-ec", script, "kraft", format];
}
