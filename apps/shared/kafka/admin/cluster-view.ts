import { within } from "../../shutdown";
import { showDuration } from "../../text";
import { apiVersionsExchange } from "../requests/api-versions";
import type { ProtocolExchange } from "../requests/exchange";
import { findCoordinatorExchange } from "../requests/find-coordinator";
import { type BrokerDescription, type ClusterDescription, metadataExchange } from "../requests/metadata";
import { type CommittedOffset, offsetFetchExchange } from "../requests/offset-fetch";
import type { BrokerConnections } from "../transport/broker-connection";
import { KafkaError, throwIfRefused } from "../transport/errors";

/** Since this release brokers know all of these requests, with topics' ids in Metadata. */
const since = "2.8";
/** A node that takes longer counts as unreachable. */
const answerWithinMs = 2000;

/**
 * Observes nodes of a cluster. Each has a connection of its own that stays open, so that a node that hangs does not delay the others. Each
 * observation takes two seconds at most. Methods throw {@link KafkaError}.
 */
export class ClusterView {
  /** The broker that coordinates each group. */
  private readonly coordinators = new Map<string, number>();

  /** @param nodes brokers or controllers, with their addresses */
  constructor(
    private readonly connections: BrokerConnections,
    nodes: readonly BrokerDescription[],
  ) {
    connections.learn(nodes);
  }

  /** Resolves if a node answers, whether it is a broker or a controller. */
  async greet(nodeId: number): Promise<void> {
    await this.ask(nodeId, apiVersionsExchange());
  }

  /** The cluster and some topics as known to one broker; a topic that does not exist has an error. */
  describe(nodeId: number, topics: readonly string[]): Promise<ClusterDescription> {
    return this.ask(nodeId, metadataExchange(topics));
  }

  /** The offsets that a group has committed, of all topics. @param anyNode the broker to ask for the group's coordinator */
  async committedOffsets(anyNode: number, groupId: string): Promise<readonly CommittedOffset[]> {
    const coordinator = this.coordinators.get(groupId) ?? (await this.findCoordinator(anyNode, groupId));
    try {
      const { errorCode, partitions } = await this.ask(coordinator, offsetFetchExchange(groupId));
      throwIfRefused({ errorCode, errorMessage: undefined });
      this.coordinators.set(groupId, coordinator);
      return partitions;
    } catch (error) {
      this.coordinators.delete(groupId);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private async findCoordinator(anyNode: number, groupId: string): Promise<number> {
    const found = await this.ask(anyNode, findCoordinatorExchange(groupId));
    throwIfRefused(found);
    return found.coordinator.nodeId;
  }

  private async ask<Answer>(nodeId: number, exchange: ProtocolExchange<Answer>): Promise<Answer> {
    const answered = await within(answerWithinMs, this.connections.askBroker(nodeId, exchange, since));
    if (answered.kind === "done") return answered.result;
    throw new KafkaError("CONNECTION_FAILED", `no answer within ${showDuration(answerWithinMs)}`);
  }
}
