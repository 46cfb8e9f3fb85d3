import type { ClusterDescription } from "../requests/metadata";
import { metadataExchange, metadataVersionWithoutIds } from "../requests/metadata";
import { initProducerIdExchange, type ProducerId } from "../requests/init-producer-id";
import { type ProducedPartition, produceExchange, type ProduceRequest } from "../requests/produce";
import type { BrokerConnections } from "../transport/broker-connections";

/** What an idempotent producer asks of brokers; each request goes out once, and throws what kafkajs throws when it failed. */
export interface ProducerRequests {
  /** Which brokers there are, and who leads the partitions of a topic. */
  describe(topic: string): Promise<ClusterDescription>;
  newProducerId(): Promise<ProducerId>;
  /** @param leader the id of a broker that was described */
  produce(leader: number, request: ProduceRequest): Promise<readonly ProducedPartition[]>;
  /** Ends all connections; requests make them anew. */
  close(): Promise<void>;
}

/** With the versions used here, all requests are known since this release. */
const since = "2.4";

/** The requests as brokers take them. */
export function producerRequests(connections: BrokerConnections): ProducerRequests {
  return {
    async describe(topic) {
      const exchange = metadataExchange([topic], metadataVersionWithoutIds);
      const description = await connections.askAny(exchange, since);
      connections.learn(description.brokers);
      return description;
    },
    newProducerId: () => connections.askAny(initProducerIdExchange(), since),
    produce: (leader, request) => connections.askBroker(leader, produceExchange(request), since),
    close: () => connections.close(),
  };
}
