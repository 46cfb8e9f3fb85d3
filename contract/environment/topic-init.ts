import { z } from "zod";
import { CommonEnvironment, json, wholeNumber } from "./variables";
import { TopicName } from "../values/fields";

const countRemedy = "write a whole number from 1";
const wholeFromOne = z.int(countRemedy).min(1, countRemedy);

/**
 * The topic configs that this program manages: a config that the plan leaves out gets the brokers' default. Other configs that users set
 * on a topic stay as they are. `min.insync.replicas` is managed too, by {@link TopicSettings.minInsyncReplicas}.
 */
export const managedTopicConfigs = [
  "retention.ms",
  "retention.bytes",
  "segment.bytes",
  "segment.ms",
  "max.message.bytes",
] as const;

const measures = {
  partitions: wholeFromOne,
  replicationFactor: wholeFromOne,
  /** Copies that must have a message before it is acknowledged: Kafka's `min.insync.replicas`. */
  minInsyncReplicas: wholeFromOne,
  /** Kafka's topic configs by name, such as `retention.ms`, beside `min.insync.replicas`. */
  config: z.record(z.string(), z.string("write a topic config's value as text")).default({}),
};

/** The planned settings of a topic. */
export const TopicSettings = z.strictObject({ name: TopicName, ...measures });
export type TopicSettings = z.output<typeof TopicSettings>;

const namesRemedy = "write the names of the topics with these settings";

/**
 * Topics, written as groups of names that share their settings. One variable holds at most 128 KiB (Linux, MAX_ARG_STRLEN), and the
 * settings of a thousand topics are longer.
 */
const topicGroups = z.codec(
  z.array(z.strictObject({ names: z.array(TopicName, namesRemedy).min(1, namesRemedy), ...measures })),
  z.array(TopicSettings),
  {
    decode: (groups) =>
      groups.flatMap(({ names, ...settings }) => names.map((name) => ({ name, ...settings }))),
    encode: (topics) =>
      [...Map.groupBy(topics, ({ name: _, ...settings }) => JSON.stringify(settings))].map(
        ([settings, alike]) => ({
          names: alike.map(({ name }) => name),
          ...(JSON.parse(settings) as Omit<TopicSettings, "name">),
        }),
      ),
  },
);

/** Kafka's own topics, which hold the groups' committed offsets and the state of transactions. */
const internalTopicNames = ["__consumer_offsets", "__transaction_state"] as const;

/** The planned settings of one of Kafka's own topics. The number of partitions applies only to a new topic; it may never change. */
export const InternalTopicSettings = z.strictObject({
  name: z.enum(internalTopicNames, `set it to ${internalTopicNames.join(" or ")}`),
  ...measures,
});
export type InternalTopicSettings = z.output<typeof InternalTopicSettings>;

/** A node that votes in a KRaft cluster's quorum, with the address of its controller listener. */
export interface Voter {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

const votersRemedy =
  "set it to KRaft nodes as id@host:port, separated by commas, such as 1@broker-1:9093,2@broker-2:9093";
const voterPattern = /^(\d{1,9})@([^\s:,@]+):(\d{1,5})$/;

/** Voters with different ids as `id@host:port`, joined by commas, as in Kafka's `controller.quorum.voters`. */
const voterList = () =>
  z
    .codec(
      z
        .string(votersRemedy)
        .refine((joined) => joined.split(",").every((entry) => voterPattern.test(entry)), {
          message: votersRemedy,
        }),
      z.array(z.object({ nodeId: z.number(), host: z.string(), port: z.number().min(1).max(65_535) })),
      {
        decode: (joined) => joined.split(",").map(voterOf),
        encode: (voters) => voters.map(({ nodeId, host, port }) => `${nodeId}@${host}:${port}`).join(","),
      },
    )
    .refine((voters) => new Set(voters.map(({ nodeId }) => nodeId)).size === voters.length, {
      message: "name each node once",
    });

function voterOf(entry: string): Voter {
  const [, nodeId, host = "", port] = voterPattern.exec(entry) ?? [];
  return { nodeId: Number(nodeId), host, port: Number(port) };
}

/** Environment of the one-shot container that changes a running cluster to what is planned. */
export const TopicInitEnvironment = CommonEnvironment.extend({
  TOPIC_INIT_TOPICS: json(
    topicGroups,
    '[{"names":["device-1"],"partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]',
  ),
  TOPIC_INIT_INTERNAL_TOPICS: json(
    z.array(InternalTopicSettings),
    '[{"name":"__consumer_offsets","partitions":5,"replicationFactor":1,"minInsyncReplicas":1}]',
  ).default([]),
  /**
   * The planned number of brokers, with ids from 1. All of them must be registered before anything is done, and nothing stays on other
   * brokers.
   */
  TOPIC_INIT_BROKERS: wholeNumber(1, 9),
  /** The planned voters of a KRaft cluster's quorum; absent with ZooKeeper. */
  TOPIC_INIT_VOTERS: voterList().optional(),
  /** Nobody reads it. Another number changes the environment, so that the same plan is carried out again. */
  TOPIC_INIT_RUN: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  /** Maximum time without progress, in milliseconds. */
  TOPIC_INIT_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(60_000),
});
export type TopicInitEnvironment = z.output<typeof TopicInitEnvironment>;
