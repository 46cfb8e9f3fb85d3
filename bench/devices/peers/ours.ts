import { createKafka, IdempotentProducer } from "../../../apps/shared/kafka";
import type { Compression } from "../../../contract/environment/device";
import { createLogger } from "../../../apps/shared/logger";
import { Observations } from "./observations";
import { partitionOfKey, RecordBatch } from "../../../apps/shared/kafka";
import { maxBatchBytes } from "../../../contract/environment/device";

/**
 * `ours.ts send BOOTSTRAP TOPIC COUNT COMPRESSION` sends observations with the devices' producer. `ours.ts encode COUNT PARTITIONS`
 * encodes the same batches and sends nothing: the limit of what the producer can reach.
 */
function main([mode = "", ...args]: string[]): Promise<void> {
  if (mode === "send") return send(args);
  encode(args);
  return Promise.resolve();
}

async function send([bootstrap = "", topic = "", count = "", compression = "none"]: string[]): Promise<void> {
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
    // The next batches are encoded while the brokers work.
    batches = filler.fill();
    await sent;
  }
  const seconds = (performance.now() - began) / 1_000;
  await producer.disconnect();
  printFigures(acknowledged, seconds);
}

function encode([count = "", partitions = ""]: string[]): void {
  const filler = new Filler(new Observations(Number(count)), Number(partitions));
  const began = performance.now();
  let encoded = 0;
  for (let batches = filler.fill(); batches.size > 0; batches = filler.fill()) {
    for (const batch of batches.values()) {
      batch.seal({ producerId: 1n, producerEpoch: 0, baseSequence: 0 });
      encoded += batch.count;
    }
  }
  printFigures(encoded, (performance.now() - began) / 1_000);
}

function printFigures(sent: number, seconds: number): void {
  console.log(JSON.stringify({ sent, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
}

/** Fills one batch for each partition. Two sets of batches take turns: one is sent while the other is filled. */
class Filler {
  private next = 0;
  private turn = 0;
  private readonly sets: RecordBatch[][];
  private readonly keys = new Map<string, { readonly bytes: Uint8Array; readonly partition: number }>();
  private readonly value = Buffer.alloc(1024);
  private length = 0;

  constructor(
    private readonly observations: Observations,
    private readonly partitionCount: number,
  ) {
    this.sets = [0, 1].map(() =>
      Array.from({ length: partitionCount }, () => new RecordBatch(maxBatchBytes)),
    );
  }

  /** Fills batches until one is full. @returns those with records; none when all observations are encoded */
  fill(): Map<number, RecordBatch> {
    const set = this.sets[this.turn++ % 2] ?? [];
    for (const batch of set) batch.reset();
    const { observations } = this;
    while (this.next < observations.count && this.add(set)) this.next++;
    return new Map([...set.entries()].filter(([, batch]) => batch.count > 0));
  }

  private add(set: readonly RecordBatch[]): boolean {
    const { observations, next, value } = this;
    const { bytes, partition } = this.keyOf(observations.key(next));
    // A value that did not fit into the last batch is still here.
    if (this.length === 0) this.length = value.write(observations.value(next), "latin1");
    const added = set[partition]?.append(observations.timestampMs(next), bytes, value, this.length) ?? false;
    if (added) this.length = 0;
    return added;
  }

  private keyOf(key: string) {
    let found = this.keys.get(key);
    if (found === undefined) {
      const bytes = Buffer.from(key);
      this.keys.set(key, (found = { bytes, partition: partitionOfKey(bytes, this.partitionCount) }));
    }
    return found;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
