import { z } from "zod";
import { consumerTypeNames, prometheusType } from "../../../contract/consumer-types";
import { ContainerName, oneOf, wholeNumber } from "./fields";

/** Maximum number of containers of one consumer. */
export const maxReplicas = 16;

const consumerListExample = '[{"type":"console"},{"type":"lake"}]';

export const ConsumerConfig = z
  .strictObject(
    {
      type: oneOf([...consumerTypeNames, prometheusType]).describe(
        "The program: an app of this project, or Prometheus.",
      ),
      name: ContainerName.optional().meta({
        description: "Its name and its container's.",
        fallback: "its type",
      }),
      devices: z
        .array(z.string("write the name of a device"), "list names of devices")
        .min(1, "list at least one device")
        .optional()
        .meta({ description: "The devices and groups whose topics it reads.", fallback: "all" }),
      replicas: wholeNumber(1, maxReplicas)
        .default(1)
        .describe("The number of containers that share the work as one Kafka group."),
    },
    'write a consumer such as {"type":"console"}',
  )
  .transform((consumer) => ({ ...consumer, name: consumer.name ?? consumer.type }));

/** The configuration's key `consumers`. */
export const ConsumersConfig = z.array(ConsumerConfig, `list consumers such as ${consumerListExample}`);
