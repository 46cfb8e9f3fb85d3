import { z } from "zod";
import { WrittenNumber } from "../../contract/values/json";
import type { KafkaSettings } from "../model/spec";
import { megabyteBytes } from "../model/units";
import { size } from "./size";

/**
 * 192 MB is the least with which a broker still works where `log.cleaner.dedupe.buffer.size` has Kafka's own default, 128 MB of heap.
 * The default takes 45,000 messages a second of 150 bytes on two cores.
 */
const heapBounds = { minimumMegabytes: 192, maximumMegabytes: 64 * 1_024, defaultMegabytes: 384 } as const;

/** How every broker is set: the configuration's key `kafka`. */
export const KafkaSpec = z
  .strictObject(
    {
      heap: size(
        heapBounds.minimumMegabytes * megabyteBytes,
        heapBounds.maximumMegabytes * megabyteBytes,
        "megabytes",
      ).default(heapBounds.defaultMegabytes * megabyteBytes),
      /** Kafka's own broker properties, by their names there. */
      properties: z
        .record(
          z.string(),
          z.custom<PropertyValue>(isPropertyValue, "write a text, a number, true or false"),
          'write properties by name, such as {"log.retention.hours":24}',
        )
        .default({}),
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

/** What can be written into a properties file. Kafka's longs are beyond the whole numbers that JavaScript has. */
type PropertyValue = string | number | boolean | WrittenNumber;

/** Whether a value can be written into a properties file. */
export function isPropertyValue(value: unknown): value is PropertyValue {
  return ["string", "number", "boolean"].includes(typeof value) || value instanceof WrittenNumber;
}
