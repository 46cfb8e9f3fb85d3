import { BrokerSyncEnvironment } from "../../contract/environment/broker-sync";
import { createKafka } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { waitForSync } from "./wait-for-sync";

runApp("broker-sync", BrokerSyncEnvironment, async ({ settings, logger, signal, health }) => {
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: "broker-sync",
    logger,
  });
  const cluster = kafka.clusterAdmin();
  health.healthy();
  try {
    const { BROKER_SYNC_ID: id, BROKER_SYNC_BROKERS: brokers, BROKER_SYNC_TIMEOUT_MS: timeoutMs } = settings;
    await waitForSync({ id, brokers }, cluster, { signal, timeoutMs }, logger);
  } finally {
    await cluster.disconnect();
  }
});
