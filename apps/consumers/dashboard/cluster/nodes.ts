import { createConnection } from "node:net";
import { hostOf, type StackMap } from "../../../../contract/environment/stack-map";
import type { Condition, NodeFrame } from "../../../../contract/frames/frames";
import { brokerPort, controllerPort, zookeeperPort } from "../../../../contract/ports";
import { type ClusterView, connectionProblem, kafkaReason } from "../../../shared/kafka";
import { delay } from "../../../shared/shutdown";
import { messageOf, showDuration } from "../../../shared/text";
import { ConditionRecord } from "../containers/condition";

/** A node that is watched, and where it listens. */
export interface WatchedNode {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** The nodes of a cluster. */
export interface WatchedNodes {
  readonly brokers: readonly (WatchedNode & { readonly id: number })[];
  readonly coordination: StackMap["coordination"];
  /** The members of the ZooKeeper ensemble, or the KRaft controllers that are no brokers. */
  readonly quorum: readonly WatchedNode[];
}

/** Where the nodes of a stack listen in its network. */
export function nodesOf({ stack, brokers, coordination, coordinators }: StackMap): WatchedNodes {
  const port = coordination === "zookeeper" ? zookeeperPort : controllerPort;
  return {
    brokers: brokers.map(({ id, name }) => ({ id, name, host: hostOf(stack, name), port: brokerPort })),
    coordination,
    quorum: coordinators.map((name) => ({ name, host: hostOf(stack, name), port })),
  };
}

/** The condition of a node, and the reason if it is not healthy. */
export interface NodeCheck {
  readonly condition: Condition;
  readonly reason?: string;
}

/** How often a node is checked. */
const checkEveryMs = 1_000;

/** Checks one node each second, independently of the others. */
export class NodeWatch {
  private readonly record: ConditionRecord;

  /** @param check asks the node; it has a time limit of its own, and never rejects */
  constructor(
    name: string,
    private readonly check: () => Promise<NodeCheck>,
  ) {
    this.record = new ConditionRecord(name);
  }

  /** Checks the node until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return repeat(checkEveryMs, signal, async () => {
      const { condition, reason } = await this.check();
      this.record.set(condition, reason);
    });
  }

  get frame(): NodeFrame {
    return this.record.frame;
  }
}

/** Does the work again and again until the signal aborts, at equal intervals unless it takes longer. */
export async function repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const beganMs = performance.now();
    await work();
    await delay(Math.max(0, beganMs + everyMs - performance.now()), signal);
  }
}

type View = Pick<ClusterView, "describe" | "greet">;

/** A broker is healthy if it answers, and lists itself among the brokers of the cluster. */
export function brokerCheck(view: View, id: number): () => Promise<NodeCheck> {
  return orUnreachable(async () => {
    const { brokers } = await view.describe(id, []);
    if (brokers.some(({ nodeId }) => nodeId === id)) return { condition: "healthy" };
    return { condition: "sick", reason: "it answers, but is not in the cluster (yet)" };
  });
}

/** A controller is healthy if it answers. */
export function controllerCheck(view: View, nodeId: number): () => Promise<NodeCheck> {
  return orUnreachable(async () => {
    await view.greet(nodeId);
    return { condition: "healthy" };
  });
}

function orUnreachable(check: () => Promise<NodeCheck>): () => Promise<NodeCheck> {
  return async () => {
    try {
      return await check();
    } catch (error) {
      return { condition: "unreachable", reason: connectionProblem(kafkaReason(error)) };
    }
  };
}

const answerWithinMs = 2_000;
const maxBytes = 65_536;

/**
 * Asks a member of a ZooKeeper ensemble for its state with `srvr`, the four-letter word that all versions answer. A member without a
 * quorum answers, but serves nobody.
 */
export function zookeeperCheck(host: string, port: number): Promise<NodeCheck> {
  return new Promise((resolve) => {
    let answer = "";
    const end = (check: NodeCheck) => {
      socket.destroy();
      resolve(check);
    };
    const unreachable = (reason: string) => end({ condition: "unreachable", reason });
    const socket = createConnection({ host, port, signal: AbortSignal.timeout(answerWithinMs) });
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("srvr"));
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.length > maxBytes) unreachable("its answer is too long");
    });
    socket.on("end", () => end(checkOfAnswer(answer)));
    socket.on("error", (error) =>
      unreachable(
        error.name === "AbortError"
          ? `no answer within ${showDuration(answerWithinMs)}`
          : connectionProblem(messageOf(error)),
      ),
    );
  });
}

function checkOfAnswer(answer: string): NodeCheck {
  if (/^Mode: /m.test(answer)) return { condition: "healthy" };
  const [line = ""] = answer.split("\n");
  return { condition: "sick", reason: line === "" ? "its answer is empty" : line.slice(0, 200) };
}
