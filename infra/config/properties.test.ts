import { describe, expect, it } from "vitest";
import { problemsWith } from "./testing/problems";
import { parseStackConfig } from "./parse";

/** The problems of one property, without its path. */
function problemOf(name: string, value: unknown, more: Record<string, unknown> = {}): string | undefined {
  const problems = problemsWith({ kafka: { properties: { [name]: value } }, ...more });
  expect(problems.length).toBeLessThanOrEqual(1);
  return problems[0]?.replace(`kafka.properties["${name}"]: `, "");
}

const kafka4 = { coordination: "kraft", images: { kafka: "confluentinc/cp-kafka:8.0.0" } };

describe("a broker property", () => {
  it.each([
    ["log.retention.hours", 24],
    ["log.retention.hours", "-1"],
    ["log.cleaner.enable", false],
    ["log.cleaner.min.cleanable.ratio", "0.25"],
    ["group.coordinator.rebalance.protocols", "classic, consumer"],
    ["compression.type", "zstd"],
    ["compression.gzip.level", -1],
    ["log.flush.interval.ms", "9223372036854775807"],
    ["default.replication.factor", 1],
    ["listener.name.external.max.connections", 100],
    ["metrics.context.site", "north"],
    ["confluent.metrics.enable", true],
    ["prometheus.port", 9_404],
  ])("%s may be %j", (name, value) => {
    expect(problemOf(name, value)).toBeUndefined();
  });

  it("is passed on as text, sorted by name", () => {
    const properties = { "num.io.threads": 4, "log.cleaner.enable": false, "broker.rack": "r1" };
    expect(Object.entries(parseStackConfig("dev", { kafka: { properties } }).kafka.properties)).toEqual([
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
    ["request.timeout.ms", 2 ** 31, "found 2147483648; write a whole number to 2147483647"],
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
    ["retention.ms", "it is a topic's: set topicDefaults.retention"],
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
    ["zookeeper.connect", "the program decides how brokers agree: set coordination, zookeepers and brokers"],
    [
      "listener.name.internal.ssl.keystore.location",
      "devices and consumers of this stack speak plain text, on a private network and 127.0.0.1",
    ],
    ["heap.opts", "it is no property: set kafka.heap"],
    [
      "log.cleanup.policy",
      "messages have their sensors as keys, of which a compacted topic keeps the last alone, and nothing may be lost here: set topicDefaults.retention or retentionSize",
    ],
    ["log4j.root.loglevel", "it is no property: the image takes the variable of this name for itself"],
  ])("%s is refused", (name, reason) => {
    expect(problemOf(name, "1")).toBe(`found "1"; remove it; ${reason}`);
  });

  it("is judged by the version of Kafka that the image tells", () => {
    expect(problemOf("group.share.assignors", "simple", kafka4)).toBeUndefined();
    expect(problemOf("metadata.log.segment.bytes", 1_000_000)).toBeUndefined();
    expect(problemOf("metadata.log.segment.bytes", 1_000_000, kafka4)).toBe(
      "found 1000000; write a whole number from 8388608 on",
    );
    expect(problemOf("log.message.format.version", "3.0", kafka4)).toBe(
      'found "3.0"; remove it; Kafka 4 has no such property',
    );
  });

  const batches =
    "a device sends up to 1,000 observations at once, and what it has kept is lost if Kafka refuses them";
  it.each([
    ["message.max.bytes", 1_048_575, `write a whole number from 1048576 on: ${batches}`],
    ["message.max.bytes", "lots", `write a whole number from 1048576 on: ${batches}`],
    ["socket.request.max.bytes", 1_048_575, `write a whole number from 1048576 on: ${batches}`],
    [
      "log.segment.bytes",
      1_048_575,
      `write a whole number from 1048576 on: Kafka refuses a batch that is larger than a segment; ${batches}`,
    ],
  ])("%s leaves room for what a device sends after an outage: not %j", (name, value, remedy) => {
    expect(problemOf(name, value)).toBe(`found ${JSON.stringify(value)}; ${remedy}`);
    expect(problemOf(name, 1_048_576)).toBeUndefined();
  });

  const atStart = "with 0 a broker does not start";
  it.each([
    ["log.retention.hours", 0, 1, `write a whole number from 1 on, or -1: ${atStart}`],
    ["log.retention.minutes", 0, 10, `write a whole number from 1 on, or -1: ${atStart}`],
    ["log.retention.ms", 0, -1, `write a whole number from 1 on, or -1: ${atStart}`],
    ["log.roll.ms", 0, 1, "write a whole number from 1 on: with less a broker does not start"],
    ["log.roll.jitter.ms", -1, 0, "write a whole number from 0 on: with less a broker does not start"],
    ["num.replica.fetchers", 0, 1, "write a whole number from 1 on: with less no broker copies anything"],
    ["num.network.threads", 0, 1, "write a whole number from 1 on"],
    ["num.io.threads", 0, 1, "write a whole number from 1 on"],
    [
      "group.max.session.timeout.ms",
      29_999,
      30_000,
      "write a whole number from 30000 on: consumers of this stack ask for sessions of 30 s",
    ],
    [
      "group.min.session.timeout.ms",
      30_001,
      30_000,
      "write a whole number from 0 to 30000: consumers of this stack ask for sessions of 30 s",
    ],
    [
      "group.coordinator.rebalance.protocols",
      "classic,purge",
      "classic",
      "write a comma-separated list of consumer, classic, share, unknown, with classic in it: consumers of this stack have no other protocol",
    ],
    [
      "group.coordinator.rebalance.protocols",
      "consumer",
      "classic,consumer",
      "write a comma-separated list of consumer, classic, share, unknown, with classic in it: consumers of this stack have no other protocol",
    ],
  ])("%s is what this stack works with: not %j but %j", (name, wrong, right, remedy) => {
    expect(problemOf(name, wrong)).toBe(`found ${JSON.stringify(wrong)}; ${remedy}`);
    expect(problemOf(name, right)).toBeUndefined();
  });

  it.each(["inter.broker.protocol.version", "log.message.format.version"])(
    "%s is written as usual or as Kafka names it inside",
    (name) => {
      for (const version of ["3.8", "3.8.1", "3.8-IV0", "2.8", "0.10.2", "0.10.2.1", "0.8.0"])
        expect(problemOf(name, version)).toBeUndefined();
      for (const version of ["3.10", "3", "3.", "0.10", "3.8-IV7", "4.4", "newest"])
        expect(problemOf(name, version)).toBe(
          `found ${JSON.stringify(version)}; write a version such as 3.7, 3.8, 3.9`,
        );
    },
  );

  it("is told of beside all that is wrong with the others and with the heap", () => {
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
