import { createKafka, IdempotentProducer } from "../../../apps/shared/kafka";
import type { Compression } from "../../../contract/environment/device";
import { createLogger } from "../../../apps/shared/logger";
import { Filler } from "./filler";
import { Observations } from "./observations";

/** Sends observations with the producer that devices have. `ours.ts BOOTSTRAP TOPIC COUNT COMPRESSION` */
async function main([bootstrap = "", topic = "", count = "", compression = "none"]: string[]): Promise<void> {
  const logger = createLogger({
    app: "bench",
    format: "pretty",
    write: (line) => void process.stderr.write(line),
  });
  const kafka = createKafka({ bootstrapServers: bootstrap.split(","), clientId: "bench", logger });
  const producer = new IdempotentProducer(kafka, { topic, compression: compression as Compression });
  const signal = new AbortController().signal;
  await producer.connect(signal);
  const filler = new Filler(new Observations(Number(count)), producer.partitionCount);
  let acknowledged = 0;
  const began = performance.now();
  let batches = filler.fill();
  while (batches.size > 0) {
    const sent = producer.send(batches, (_partition, batch) => (acknowledged += batch.count), signal);
    // The next ones are encoded while the brokers are at work.
    batches = filler.fill();
    await sent;
  }
  const seconds = (performance.now() - began) / 1_000;
  await producer.disconnect();
  console.log(
    JSON.stringify({ sent: acknowledged, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }),
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
