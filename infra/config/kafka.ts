import { z } from "zod";
import { megabyteBytes, size } from "./size";

/** Below this a broker of Kafka 3.9 spends its time collecting garbage; above, none was ever asked for. */
const heapBounds = { minimumMegabytes: 192, maximumMegabytes: 64 * 1_024, defaultMegabytes: 384 } as const;

/** How every broker is set: the configuration's key `kafka`. */
export const KafkaSpec = z
  .strictObject(
    {
      heap: size(
        heapBounds.minimumMegabytes * megabyteBytes,
        heapBounds.maximumMegabytes * megabyteBytes,
        megabyteBytes,
      ).default(heapBounds.defaultMegabytes * megabyteBytes),
      /** Kafka's own broker properties, by their names there. */
      properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    },
    'write settings by name, such as {"heap":"512MB","properties":{"log.retention.hours":24}}',
  )
  .transform(({ heap, properties }): KafkaSettings => ({
    heapMegabytes: heap / megabyteBytes,
    properties: Object.fromEntries(
      Object.entries(properties)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, String(value)]),
    ),
  }));

/** What every broker of a stack is given beside what the program itself decides. */
export interface KafkaSettings {
  /** The most memory of the Java heap (`-Xmx`), in megabytes (2^20 bytes). */
  readonly heapMegabytes: number;
  /** Kafka's broker properties by name, as `server.properties` writes them, sorted by name. */
  readonly properties: Readonly<Record<string, string>>;
}
