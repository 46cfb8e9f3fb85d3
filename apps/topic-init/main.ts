import { TopicInitEnvironment } from "../shared/contract/topic-init";
import { createKafka } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { initTopics } from "./init-topics";

runApp("topic-init", TopicInitEnvironment, async ({ settings, logger, signal, health }) => {
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: "topic-init",
    logger,
  });
  const admin = kafka.topicAdmin();
  health.healthy();
  try {
    await initTopics(admin, settings, logger, signal);
  } finally {
    await admin.disconnect().catch(() => {});
  }
});
