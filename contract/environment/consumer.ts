import type { z } from "zod";
import { CommonEnvironment, commaList, text } from "./variables";
import { topicNamePattern } from "../values/topic-name";

/** What every consumer is told, whatever its type. */
export const ConsumerEnvironment = CommonEnvironment.extend({
  CONSUMER_NAME: text("the consumer's name"),
  /** Kafka's `group.id`. */
  CONSUMER_GROUP: text("the consumer group's id"),
  CONSUMER_TOPICS: commaList("the topics to read", topicNamePattern),
});
export type ConsumerEnvironment = z.output<typeof ConsumerEnvironment>;
