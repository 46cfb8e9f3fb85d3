import { nodeVariables, planHeap } from "./kafka-settings";
import { controllerServiceName } from "../model/names";
import { controllerPort, kraftCommand, type QuorumPlan, quorumVariables } from "./quorum";

/** A KRaft controller that is no broker. */
export interface ControllerPlan {
  /** What it is among the stack's containers: `controller-1`. */
  readonly name: string;
  readonly nodeId: number;
  readonly container: string;
  /** What the image is told, by the contract of confluentinc/cp-kafka, beside the cluster's id. */
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly memoryMegabytes: number;
  readonly dataVolume: string;
}

/** A controller keeps the metadata of a cluster in memory and little else. */
export const controllerHeapMegabytes = 256;

/**
 * Plans the controllers of a quorum that has nodes of its own; none where brokers are the controllers.
 * @param properties Kafka's properties as the user sets them, those of brokers.
 */
export function planControllers(
  quorum: QuorumPlan,
  properties: Readonly<Record<string, string>>,
): ControllerPlan[] {
  if (quorum.combined) return [];
  const heap = planHeap(controllerHeapMegabytes);
  return quorum.voters.map(({ nodeId, host }, index) => ({
    name: controllerServiceName(index + 1),
    nodeId,
    container: host,
    environment: {
      ...nodeVariables(properties),
      ...quorumVariables(quorum, nodeId),
      KAFKA_HEAP_OPTS: heap.options,
      // The image forbids a controller to advertise anything: others are told the container's host name.
      KAFKA_LISTENERS: `CONTROLLER://0.0.0.0:${controllerPort}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT",
      KAFKA_PROCESS_ROLES: "controller",
    },
    command: kraftCommand(quorum, nodeId),
    memoryMegabytes: heap.limitMegabytes,
    dataVolume: `${host}-data`,
  }));
}
