import { Kafka, logLevel } from "kafkajs";

/**
 * Reads a topic from its beginning with kafkajs alone, its own decoder and its own settings, and does nothing with the messages.
 * Counts from when it has joined its group. `kafkajs.ts BOOTSTRAP TOPIC COUNT`
 */
async function main([bootstrap = "", topic = "", count = ""]: string[]): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrap.split(","), logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: `limit-${crypto.randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const seconds = await new Promise<number>((resolve, reject) => {
    let began = 0;
    let read = 0;
    consumer.on(consumer.events.GROUP_JOIN, () => (began = performance.now()));
    consumer
      .run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          read += batch.messages.length;
          if (read >= Number(count)) resolve((performance.now() - began) / 1_000);
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  console.log(JSON.stringify({ read: Number(count), seconds }));
  await consumer.disconnect();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
