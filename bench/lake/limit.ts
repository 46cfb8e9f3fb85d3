import { createKafka } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";

/** Reads a topic with the lake's Kafka client and does nothing with it. @returns messages a second. */
export async function kafkajsAlone(bootstrapServers: string, topic: string, count: number): Promise<number> {
  const logger = createLogger({
    app: "bench",
    format: "pretty",
    level: "warn",
    write: (line) => void process.stderr.write(line),
  });
  const kafka = createKafka({ bootstrapServers: [bootstrapServers], clientId: "bench", logger });
  const { consumer } = kafka.consumer(`limit-${crypto.randomUUID()}`);
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    return await new Promise<number>((resolve, reject) => {
      let began = 0;
      let read = 0;
      consumer.on(consumer.events.GROUP_JOIN, () => (began = performance.now()));
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            read += batch.messages.length;
            if (read >= count) resolve(count / ((performance.now() - began) / 1_000));
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}
