import { describe, expect, it } from "vitest";
import { parseStackConfig } from "../parse";
import { noFiles, problemsWith, propertyProblem as problemOf } from "../../testing/config";

const kafka4 = { coordination: "kraft", images: { kafka: "confluentinc/cp-kafka:8.0.0" } };

describe("a broker property", () => {
  it.each([
    ["log.retention.hours", 24],
    ["log.retention.hours", "-1"],
    ["log.cleaner.enable", false],
    ["log.cleaner.min.cleanable.ratio", "0.25"],
    ["group.coordinator.rebalance.protocols", "classic, share"],
    ["compression.type", "zstd"],
    ["compression.gzip.level", -1],
    ["log.flush.interval.ms", "9223372036854775807"],
    ["default.replication.factor", 1],
    ["listener.name.external.max.connections", 100],
    ["metrics.context.site", "north"],
    ["confluent.metrics.enable", true],
    ["prometheus.port", 9_404],
  ])("%s can be %j", (name, value) => {
    expect(problemOf(name, value)).toBeUndefined();
  });

  it("is passed on as text, sorted by name", () => {
    const properties = { "num.io.threads": 4, "log.cleaner.enable": false, "broker.rack": "r1" };
    expect(
      Object.entries(parseStackConfig("dev", { kafka: { properties } }, noFiles).kafka.properties),
    ).toEqual([
      ["broker.rack", "r1"],
      ["log.cleaner.enable", "false"],
      ["num.io.threads", "4"],
    ]);
  });

  it.each([
    ["num.partitions", 0, "found 0; write a whole number from 1 on"],
    ["num.partitions", "many", 'found "many"; write a whole number from 1 on'],
    ["num.partitions", "1.5", 'found "1.5"; write a whole number from 1 on'],
    ["num.partitions", 2_147_483_648, "found 2147483648; write a whole number from 1 to 2147483647"],
    ["connections.max.reauth.ms", "1e9", 'found "1e9"; write a whole number'],
    [
      "fetch.purgatory.purge.interval.requests",
      2 ** 31,
      "found 2147483648; write a whole number to 2147483647",
    ],
    ["compression.gzip.level", 10, "found 10; write a whole number from 1 to 9, or -1"],
    ["log.cleaner.min.cleanable.ratio", 2, "found 2; write a number from 0 to 1"],
    ["log.cleaner.enable", "yes", 'found "yes"; write true or false'],
    ["compression.type", "zip", 'found "zip"; write one of: uncompressed, zstd, lz4, snappy, gzip, producer'],
    ["default.replication.factor", 2, "found 2; it exceeds brokers (1); lower it or add brokers"],
    [
      "broker.rack",
      "a\nlog.dir=/",
      'found "a\\nlog.dir=/"; write it in one line, without control characters',
    ],
    ["broker.rack", null, "found null; write a text, a number, true or false"],
  ])("%s cannot be %j", (name, value, problem) => {
    expect(problemOf(name, value)).toBe(problem);
  });

  it.each([
    ["log.retention.hour", "did you mean log.retention.hours?"],
    ["lgo.retention.hours", "did you mean log.retention.hours?"],
    ["retention.ms", "it is a property of topics: set topicDefaults.retention"],
    [
      "log.of.trees",
      "Kafka has no such broker property (https://kafka.apache.org/documentation/#brokerconfigs)",
    ],
    [
      "Log.Retention.Hours",
      "the image takes only names of lower-case letters, digits, dots, underscores and hyphens",
    ],
    [
      "plugin._name",
      "the image takes only names of lower-case letters, digits, dots, underscores and hyphens",
    ],
    ["group.share.assignors", "Kafka 3 has no such property"],
    ["broker.id", "brokers are numbered from 1, each with a volume of its own: set brokers"],
    [
      "zookeeper.connect",
      "the program decides how brokers coordinate: set coordination, zookeepers and brokers",
    ],
    [
      "listener.name.internal.ssl.keystore.location",
      "devices and consumers of this stack speak plain text, on a private network and 127.0.0.1",
    ],
    ["heap.opts", "it is not a property: set kafka.heap"],
    [
      "log.cleanup.policy",
      "messages have their sensors as keys, a compacted topic keeps only the last message of each key, and nothing may be lost here: set topicDefaults.retention or retentionSize",
    ],
    ["log4j.root.loglevel", "it is not a property: the image uses the variable of this name itself"],
  ])("%s is refused", (name, reason) => {
    expect(problemOf(name, "1")).toBe(`found "1"; remove it; ${reason}`);
  });

  it("is checked for the version of Kafka that the image's tag shows", () => {
    expect(problemOf("group.share.assignors", "simple", kafka4)).toBeUndefined();
    expect(problemOf("group.coordinator.append.linger.ms", -1, kafka4)).toBeUndefined();
    expect(problemOf("group.coordinator.append.linger.ms", -1)).toBe(
      "found -1; write a whole number from 0 on",
    );
    expect(problemOf("log.message.format.version", "3.0", kafka4)).toBe(
      'found "3.0"; remove it; Kafka 4 has no such property',
    );
  });

  it("is reported beside the problems of other properties and of the heap", () => {
    const properties = { "broker.id": 7, "num.partitions": 0, port: 1, nested: { deep: 1 } };
    expect(problemsWith({ brokers: 1, kafka: { heap: "100MB", speed: 1, properties } })).toEqual([
      'kafka.heap: found "100MB"; write a size such as "512MB", "1.5GB", from 192MB to 64GB',
      'kafka.properties.nested: found {"deep":1}; write a text, a number, true or false',
      "kafka.speed: found 1; remove it, there is no such key",
      'kafka.properties["broker.id"]: found 7; remove it; brokers are numbered from 1, each with a volume of its own: set brokers',
      'kafka.properties["num.partitions"]: found 0; write a whole number from 1 on',
      'kafka.properties["port"]: found 1; remove it; the program decides where brokers listen, for the network and for the host: set hostPort',
    ]);
  });
});
