import { Filler } from "./filler";
import { Observations } from "./observations";

/** Encodes observations as for sending, and sends nothing. `encoding.ts COUNT PARTITIONS` */
function main([count = "", partitions = ""]: string[]): void {
  const filler = new Filler(new Observations(Number(count)), Number(partitions));
  const began = performance.now();
  let sent = 0;
  for (let batches = filler.fill(); batches.size > 0; batches = filler.fill()) {
    for (const batch of batches.values()) {
      batch.seal({ producerId: 1n, producerEpoch: 0, baseSequence: 0 });
      sent += batch.count;
    }
  }
  const seconds = (performance.now() - began) / 1_000;
  console.log(JSON.stringify({ sent, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
}

main(process.argv.slice(2));
