import { brokerPort, controllerPort, zookeeperPort } from "../../../../contract/ports";
import { hostOf, type StackMap } from "../../../../contract/environment/stack-map";

/** A node that is looked at, and where it listens. */
export interface WatchedNode {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Nodes of a cluster. */
export interface WatchedNodes {
  readonly brokers: readonly (WatchedNode & { readonly id: number })[];
  readonly coordination: StackMap["coordination"];
  /** The ensemble's members, or the controllers that are no brokers. */
  readonly coordinators: readonly WatchedNode[];
}

/** Where the nodes of a stack listen in its network. */
export function nodesOf({ stack, brokers, coordination, coordinators }: StackMap): WatchedNodes {
  const coordinatorPort = coordination === "zookeeper" ? zookeeperPort : controllerPort;
  return {
    brokers: brokers.map(({ id, name }) => ({ id, name, host: hostOf(stack, name), port: brokerPort })),
    coordination,
    coordinators: coordinators.map((name) => ({ name, host: hostOf(stack, name), port: coordinatorPort })),
  };
}
