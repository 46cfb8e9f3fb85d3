import type { BrokerSyncEnvironment } from "../../contract/environment/broker-sync";
import type { EnvironmentSettings } from "../../contract/environment/variables";
import { appDefaults } from "./apps";
import type { BrokerPlan } from "./brokers";
import { brokerSyncServiceName, containerName } from "../model/names";

/** The one-shot container that waits until a new broker container is in sync, before another may be replaced. */
export interface BrokerSyncPlan {
  readonly name: string;
  readonly container: string;
  /** All but the id of the broker's container, which only its making tells. */
  readonly environment: Omit<EnvironmentSettings<typeof BrokerSyncEnvironment>, "BROKER_SYNC_CONTAINER">;
}

/** Plans such a wait for each broker, in their order; none for a broker alone, which nothing waits for. */
export function planBrokerSyncs(stack: string, brokers: readonly BrokerPlan[]): BrokerSyncPlan[] {
  if (brokers.length === 1) return [];
  return brokers.map(({ id }) => ({
    name: brokerSyncServiceName(id),
    container: containerName(stack, brokerSyncServiceName(id)),
    environment: { ...appDefaults, BROKER_SYNC_ID: id, BROKER_SYNC_BROKERS: brokers.length },
  }));
}
