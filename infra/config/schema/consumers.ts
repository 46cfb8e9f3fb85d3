import { z } from "zod";
import { consumerTypeNames, prometheusType } from "../../../contract/consumer-types";
import { ContainerName, oneOf, wholeNumber } from "./fields";

/** Maximum number of containers of one consumer. */
export const maxReplicas = 16;

const consumerListExample = '[{"type":"console"},{"type":"lake"}]';

const ConsumerConfig = z
  .strictObject(
    {
      /** An app of this project, or Prometheus. */
      type: oneOf([...consumerTypeNames, prometheusType]),
      /** The type if left out. */
      name: ContainerName.optional(),
      /** Names of the devices and groups that it reads; all of them if left out. */
      devices: z
        .array(z.string("write the name of a device"), "list names of devices")
        .min(1, "list at least one device")
        .optional(),
      /** Number of containers that share the work as one Kafka group. */
      replicas: wholeNumber(1, maxReplicas).default(1),
    },
    'write a consumer such as {"type":"console"}',
  )
  .transform((consumer) => ({ ...consumer, name: consumer.name ?? consumer.type }));

/** The configuration's key `consumers`. */
export const ConsumersConfig = z.array(ConsumerConfig, `list consumers such as ${consumerListExample}`);
