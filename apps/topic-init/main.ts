import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { createKafka } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { reconcileCluster } from "./reconcile-cluster";

runApp("topic-init", TopicInitEnvironment, async ({ settings, logger, signal, health }) => {
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: "topic-init",
    logger,
  });
  const cluster = kafka.clusterAdmin();
  health.healthy();
  try {
    await reconcileCluster({
      cluster,
      quorum: kafka.quorumAdmin(),
      settings,
      logger,
      waiting: { signal, timeoutMs: settings.TOPIC_INIT_TIMEOUT_MS },
    });
  } finally {
    await cluster.disconnect();
  }
});
