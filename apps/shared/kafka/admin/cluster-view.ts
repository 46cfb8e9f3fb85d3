import { KafkaJSConnectionError } from "kafkajs";
import { within } from "../../shutdown";
import { showDuration } from "../../text";
import type { BrokerConnections } from "../transport/broker-connections";
import { apiVersionsExchange } from "../requests/api-versions";
import type { ProtocolExchange } from "../requests/exchange";
import { findCoordinatorExchange } from "../requests/find-coordinator";
import { type BrokerDescription, type ClusterDescription, metadataExchange } from "../requests/metadata";
import { type CommittedOffset, offsetFetchExchange } from "../requests/offset-fetch";
import { throwRefusal } from "../requests/refusal";

/** The release since which brokers know all of it, topics' ids in Metadata included. */
const since = "2.8";
/** A node that takes longer counts as one that does not answer. */
const answerWithinMs = 2000;

/**
 * Looks at nodes of a cluster, each on a connection of its own that is kept open, so that one that hangs delays none of the others. Each
 * look takes two seconds at most. Methods throw what kafkajs throws.
 */
export class ClusterView {
  /** By group. */
  private readonly coordinators = new Map<string, number>();

  /** @param nodes brokers or controllers, where they listen */
  constructor(
    private readonly connections: BrokerConnections,
    nodes: readonly BrokerDescription[],
  ) {
    connections.learn(nodes);
  }

  /** Whether a node answers at all, be it broker or controller. */
  async greet(nodeId: number): Promise<void> {
    await this.ask(nodeId, apiVersionsExchange());
  }

  /** The cluster and some topics as one broker knows them; those that do not exist have an error. */
  describe(nodeId: number, topics: readonly string[]): Promise<ClusterDescription> {
    return this.ask(nodeId, metadataExchange(topics));
  }

  /** What a group has committed, of all topics. @param anyNode the broker to ask for the group's coordinator */
  async committedOffsets(anyNode: number, groupId: string): Promise<readonly CommittedOffset[]> {
    const coordinator = this.coordinators.get(groupId) ?? (await this.findCoordinator(anyNode, groupId));
    try {
      const { errorCode, partitions } = await this.ask(coordinator, offsetFetchExchange(groupId));
      throwRefusal({ errorCode, errorMessage: undefined });
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
    throwRefusal(found);
    return found.coordinator.nodeId;
  }

  private async ask<Answer>(nodeId: number, exchange: ProtocolExchange<Answer>): Promise<Answer> {
    const answered = await within(answerWithinMs, this.connections.askBroker(nodeId, exchange, since));
    if (answered.kind === "done") return answered.result;
    throw new KafkaJSConnectionError(`no answer within ${showDuration(answerWithinMs)}`);
  }
}
