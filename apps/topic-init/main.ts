import { TopicInitEnvironment } from "../../contract/topic-init";
import { createKafka } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { bringToPlan } from "./bring-to-plan";

runApp("topic-init", TopicInitEnvironment, async ({ settings, logger, signal, health }) => {
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: "topic-init",
    logger,
  });
  const cluster = kafka.clusterAdmin();
  health.healthy();
  try {
    await bringToPlan({
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
