import { BrokerSyncEnvironment } from "../shared/contract/broker-sync";
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
    const waiting = { signal, timeoutMs: settings.BROKER_SYNC_TIMEOUT_MS };
    await waitForSync(settings.BROKER_SYNC_ID, cluster, waiting, logger);
  } finally {
    await cluster.disconnect();
  }
});
