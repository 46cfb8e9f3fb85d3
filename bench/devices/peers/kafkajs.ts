import { Kafka, logLevel } from "kafkajs";
import { Observations } from "./observations";

/** Messages in one send. */
const sendCount = 1000;

/** Sends observations with kafkajs alone, and awaits each batch. `kafkajs.ts BOOTSTRAP TOPIC COUNT` */
async function main([bootstrap = "", topic = "", count = ""]: string[]): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrap.split(","), logLevel: logLevel.ERROR });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const observations = new Observations(Number(count));
  const began = performance.now();
  for (let first = 0; first < observations.count; first += sendCount) {
    const length = Math.min(sendCount, observations.count - first);
    const messages = Array.from({ length }, (_, index) => ({
      key: observations.key(first + index),
      value: observations.value(first + index),
      timestamp: String(observations.timestampMs(first + index)),
    }));
    await producer.send({ topic, messages, acks: -1 });
  }
  const seconds = (performance.now() - began) / 1_000;
  await producer.disconnect();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ sent: observations.count, seconds, peakBytes }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
