import { describe, expect, it } from "vitest";
import { parseStackConfig, readConfigValue } from "../parse";
import { noFiles, problemsWith, propertyProblem } from "../../testing/config";

const kafka4 = { coordination: "kraft", images: { kafka: "confluentinc/cp-kafka:8.0.0" } };
const kraft = { coordination: "kraft" };
const noStart = "otherwise a broker does not start";

const batches =
  "devices send batches of up to 524288 bytes, and lose what they have kept if Kafka refuses one";

it.each([
  ["message.max.bytes", 1_048_575, `write a whole number from 1048576 on: ${batches}`],
  ["message.max.bytes", "lots", `write a whole number from 1048576 on: ${batches}`],
  ["socket.request.max.bytes", 1_048_575, `write a whole number from 1048576 on: ${batches}`],
  [
    "log.segment.bytes",
    1_048_575,
    `write a whole number from 1048576 on: Kafka refuses a batch that is larger than a segment; ${batches}`,
  ],
])(
  "%s must leave room for the batches that a device sends after an outage: not %j",
  (name, value, remedy) => {
    expect(propertyProblem(name, value)).toBe(`found ${JSON.stringify(value)}; ${remedy}`);
    expect(propertyProblem(name, 1_048_576)).toBeUndefined();
  },
);

const threads = "otherwise a broker does not start, or runs out of memory";
const sessions = "consumers of this stack ask for sessions of 30 s";
const protocols =
  "write a comma-separated list of classic, share, unknown, with classic in it: consumers of this stack have no other protocol";

it.each([
  ["log.retention.hours", 0, 1, `write a whole number from 1 on, or -1: with 0 a broker does not start`],
  ["log.retention.minutes", 0, 10, `write a whole number from 1 on, or -1: with 0 a broker does not start`],
  ["log.retention.ms", 0, -1, `write a whole number from 1 on, or -1: with 0 a broker does not start`],
  [
    "log.roll.ms",
    59_999,
    60_000,
    "write a whole number from 60000 on: with less a broker creates too many files",
  ],
  ["log.roll.jitter.ms", -1, 0, `write a whole number from 0 on: ${noStart}`],
  ["log.cleaner.threads", 0, 1, `write a whole number from 1 to 256: ${threads}`],
  ["remote.log.manager.copier.thread.pool.size", 0, 1, `write a whole number from 1 on: ${noStart}`],
  ["remote.log.manager.expiration.thread.pool.size", 0, 1, `write a whole number from 1 on: ${noStart}`],
  ["offsets.commit.required.acks", 2, 1, `write a whole number from -1 to 1: ${noStart}`],
  ["offsets.topic.compression.codec", 5, 4, `write a whole number from 0 to 4: ${noStart}`],
  [
    "num.replica.fetchers",
    0,
    1,
    "write a whole number from 1 to 256: with less no broker copies anything, and each takes memory",
  ],
  ["num.network.threads", 0, 1, `write a whole number from 1 to 256: ${threads}`],
  ["num.io.threads", 257, 256, `write a whole number from 1 to 256: ${threads}`],
  ["group.max.session.timeout.ms", 29_999, 30_000, `write a whole number from 30000 on: ${sessions}`],
  ["group.min.session.timeout.ms", 30_001, 30_000, `write a whole number from 0 to 30000: ${sessions}`],
  ["group.coordinator.rebalance.protocols", "classic,purge", "classic", protocols],
  ["group.coordinator.rebalance.protocols", "classic,consumer", "classic,share", protocols],
  ["group.coordinator.rebalance.protocols", "share", "share, classic", protocols],
])("%s must have a value with which this stack works: not %j but %j", (name, wrong, right, remedy) => {
  expect(propertyProblem(name, wrong)).toBe(`found ${JSON.stringify(wrong)}; ${remedy}`);
  expect(propertyProblem(name, right)).toBeUndefined();
});

it.each<[string, string, string]>([
  ["log.retention.bytes", "1048575", "1048576"],
  ["log.retention.bytes", "-2", "-1"],
  ["log.flush.interval.ms", "-1", "0"],
  ["log.flush.scheduler.interval.ms", "999", "1000"],
  ["log.flush.offset.checkpoint.interval.ms", "0", "1000"],
  ["log.flush.start.offset.checkpoint.interval.ms", "0", "1000"],
  ["log.retention.check.interval.ms", "1", "1000"],
  ["replica.high.watermark.checkpoint.interval.ms", "0", "1000"],
  ["log.index.size.max.bytes", "4", "1024"],
  ["log.index.size.max.bytes", "1073741825", "1073741824"],
  ["log.message.timestamp.before.max.ms", "3599999", "3600000"],
  ["log.message.timestamp.difference.max.ms", "0", "3600000"],
  ["log.message.timestamp.after.max.ms", "0", "1000"],
  ["producer.id.expiration.ms", "1", "3600000"],
  ["log.cleaner.io.buffer.size", "0", "1024"],
  ["log.cleaner.io.buffer.size", "2147483647", "67108864"],
  ["log.cleaner.io.buffer.load.factor", "0", "0.1"],
  ["log.cleaner.io.buffer.load.factor", "1.5", "0.9"],
  ["log.cleaner.io.max.bytes.per.second", "-1", "1024"],
  ["background.threads", "100000", "256"],
  ["group.coordinator.threads", "257", "256"],
  ["num.recovery.threads.per.data.dir", "257", "256"],
  ["num.replica.fetchers", "257", "256"],
  ["queued.max.requests", "2147483647", "100000"],
  ["socket.receive.buffer.bytes", "1024", "65536"],
  ["socket.receive.buffer.bytes", "-2", "-1"],
  ["socket.send.buffer.bytes", "0", "65536"],
  ["replica.socket.receive.buffer.bytes", "0", "-1"],
  ["socket.connection.setup.timeout.ms", "0", "1000"],
  ["socket.connection.setup.timeout.max.ms", "0", "1000"],
  ["request.timeout.ms", "-1", "1000"],
  ["controller.socket.timeout.ms", "0", "1000"],
  ["offsets.commit.timeout.ms", "1", "1000"],
  ["replica.lag.time.max.ms", "999", "1000"],
  ["replica.fetch.wait.max.ms", "5001", "5000"],
  ["replica.fetch.min.bytes", "1048577", "1048576"],
  ["controlled.shutdown.max.retries", "0", "1"],
  ["controlled.shutdown.retry.backoff.ms", "-1", "0"],
  ["default.replication.factor", "0", "1"],
  ["connections.max.idle.ms", "60999", "61000"],
  ["connections.max.idle.ms", "101", "-1"],
  ["connections.max.idle.ms", "9223372036854", "31536000000"],
  ["offset.metadata.max.bytes", "-1", "0"],
  ["offsets.retention.check.interval.ms", "1", "60000"],
  ["offsets.topic.segment.bytes", "1", "1048576"],
  ["transaction.state.log.segment.bytes", "1", "1048576"],
  ["offsets.load.buffer.size", "67108865", "67108864"],
  ["transaction.state.log.load.buffer.size", "67108865", "67108864"],
  ["metadata.log.segment.bytes", "8388607", "8388608"],
  ["metadata.log.segment.ms", "0", "60000"],
  ["metadata.log.max.record.bytes.between.snapshots", "1", "1048576"],
  ["metadata.max.retention.bytes", "0", "1048576"],
  ["metadata.max.retention.ms", "0", "60000"],
  ["group.coordinator.append.linger.ms", "1001", "1000"],
])("%s must have a value that worked on a broker: not %s but %s", (name, wrong, right) => {
  expect(propertyProblem(name, wrong)).toMatch(/^found ".*"; write a (?:whole )?number .*: /);
  expect(propertyProblem(name, right)).toBeUndefined();
});

it("Kafka 4 has codecs too", () => {
  const name = "share.coordinator.state.topic.compression.codec";
  expect(propertyProblem(name, 5, kafka4)).toBe(`found 5; write a whole number from 0 to 4: ${noStart}`);
});

it("group protocols can include the new one with KRaft, beside the old one", () => {
  const name = "group.coordinator.rebalance.protocols";
  expect(propertyProblem(name, "classic,consumer", kraft)).toBeUndefined();
  expect(propertyProblem(name, "consumer", kraft)).toBe(
    'found "consumer"; write a comma-separated list of consumer, classic, share, unknown, with classic in it: consumers of this stack have no other protocol',
  );
});

describe("a version", () => {
  const oldMessages = "log.message.format.version";
  const protocol = "inter.broker.protocol.version";

  it.each([oldMessages, protocol])("of %s can have its usual form or Kafka's internal one", (name) => {
    for (const version of ["3.8", "3.8.1", "3.8-IV0", "2.8", "0.11.0", "0.11.0.1", "4.0-IV1"])
      expect(propertyProblem(name, version)).toBeUndefined();
    for (const version of ["3.10", "3", "3.", "0.11", "3.8-IV7", "4.0", "newest"])
      expect(propertyProblem(name, version)).toBe(
        `found ${JSON.stringify(version)}; write a version such as 3.7, 3.8, 3.9`,
      );
  });

  it.each([
    ["with KRaft", kraft, ["2.8", "3.0-IV0", "0.8.0"], ["3.0", "3.0-IV1", "3.9"]],
    ["with ZooKeeper", {}, ["0.10.2", "0.8.0"], ["0.11.0", "2.8"]],
  ])(
    "of the protocol between brokers must have existed for this coordination (%s)",
    (_mode, more, wrong, right) => {
      for (const version of wrong)
        expect(propertyProblem(protocol, version, more)).toBe(
          `found ${JSON.stringify(version)}; write a version such as 3.7, 3.8, 3.9`,
        );
      for (const version of right) expect(propertyProblem(protocol, version, more)).toBeUndefined();
      expect(propertyProblem(oldMessages, "0.8.0", more)).toBeUndefined();
    },
  );
});

describe("of two properties that belong together", () => {
  it.each([
    [
      "replica.socket.timeout.ms",
      499,
      500,
      "raise it to at least 500, or lower replica.fetch.wait.max.ms (500)",
    ],
    [
      "queued.max.request.bytes",
      1,
      0,
      "raise it to at least 104857600, or lower socket.request.max.bytes (104857600)",
    ],
    [
      "connection.failed.authentication.delay.ms",
      600_000,
      599_999,
      "lower it to at most 599999, or raise connections.max.idle.ms (600000)",
    ],
    [
      "log.cleaner.threads",
      16,
      15,
      "lower it to at most 15, or raise log.cleaner.dedupe.buffer.size (16777216)",
    ],
    [
      "log.cleaner.dedupe.buffer.size",
      1_048_576,
      1_048_577,
      "raise it to at least 1048577, or lower log.cleaner.threads (1)",
    ],
    [
      "group.consumer.session.timeout.ms",
      60_001,
      60_000,
      "lower it to at most 60000, or raise group.consumer.max.session.timeout.ms (60000)",
    ],
    [
      "group.consumer.heartbeat.interval.ms",
      15_001,
      15_000,
      "lower it to at most 15000, or raise group.consumer.max.heartbeat.interval.ms (15000)",
    ],
    [
      "group.share.heartbeat.interval.ms",
      4_999,
      5_000,
      "raise it to at least 5000, or lower group.share.min.heartbeat.interval.ms (5000)",
    ],
    [
      "group.share.record.lock.duration.ms",
      14_999,
      15_000,
      "raise it to at least 15000, or lower group.share.min.record.lock.duration.ms (15000)",
    ],
  ])("%s must be in order with the other: not %j but %j", (name, wrong, right, remedy) => {
    expect(propertyProblem(name, wrong)).toBe(`found ${wrong}; ${remedy}: ${noStart}`);
    expect(propertyProblem(name, right)).toBeUndefined();
    expect(propertyProblem(name, "x")).toMatch(/^found "x"; write a whole number/);
    expect(propertyProblem(name, null)).toBe("found null; write a text, a number, true or false");
  });

  it.each([
    ["group.streams.assignment.interval.ms", 15_001, "group.streams.max.assignment.interval.ms", 15_000],
    ["group.streams.num.standby.replicas", 3, "group.streams.max.standby.replicas", 2],
  ])("%s must be in order too if this is Kafka 4, which has them", (name, wrong, other, right) => {
    expect(propertyProblem(name, wrong, kafka4)).toBe(
      `found ${wrong}; lower it to at most ${right}, or raise ${other} (${right}): ${noStart}`,
    );
    expect(propertyProblem(name, right, kafka4)).toBeUndefined();
  });

  it("only those are compared that this Kafka has", () => {
    const [name, locks] = ["group.share.partition.max.record.locks", 5_000];
    expect(propertyProblem(name, locks)).toBeUndefined();
    expect(propertyProblem(name, locks, kafka4)).toBe(
      `found 5000; lower it to at most 4000, or raise group.share.max.partition.max.record.locks (4000): ${noStart}`,
    );
  });

  it.each([
    { "log.cleaner.threads": 30, "log.cleaner.dedupe.buffer.size": 134_217_728 },
    { "replica.fetch.wait.max.ms": 1_000, "replica.lag.time.max.ms": 1_000 },
    { "connections.max.idle.ms": -1, "connection.failed.authentication.delay.ms": 1_000_000 },
  ])("both can be as in %j", (properties) => {
    expect(problemsWith({ kafka: { properties } })).toEqual([]);
  });

  it("the greater is reported if both are set", () => {
    const lag = { "replica.fetch.wait.max.ms": 2_000, "replica.lag.time.max.ms": 1_999 };
    const idle = { "connections.max.idle.ms": 61_000, "connection.failed.authentication.delay.ms": 61_000 };
    expect(problemsWith({ kafka: { properties: { ...lag, ...idle } } })).toEqual([
      `kafka.properties["replica.lag.time.max.ms"]: found 1999; raise it to at least 2000, or lower replica.fetch.wait.max.ms (2000): ${noStart}`,
      `kafka.properties["connections.max.idle.ms"]: found 61000; raise it to at least 61001, or lower connection.failed.authentication.delay.ms (61000): ${noStart}`,
    ]);
  });

  it("the greater is reported only once if both are set", () => {
    const properties = { "log.cleaner.dedupe.buffer.size": 20_000_000, "log.cleaner.threads": 20 };
    expect(problemsWith({ kafka: { properties } })).toEqual([
      `kafka.properties["log.cleaner.dedupe.buffer.size"]: found 20000000; raise it to at least 20971540, or lower log.cleaner.threads (20): ${noStart}`,
    ]);
    expect(problemsWith({ kafka: { properties: { "group.share.heartbeat.interval.ms": 0 } } })).toEqual([
      'kafka.properties["group.share.heartbeat.interval.ms"]: found 0; write a whole number from 1 on',
    ]);
  });
});

it("a property keeps whole numbers that JavaScript cannot represent as they were written", () => {
  const longest = readConfigValue("9223372036854775807");
  expect(propertyProblem("log.retention.bytes", longest)).toBeUndefined();
  const raw = { kafka: { properties: { "log.retention.bytes": longest } } };
  expect(parseStackConfig("dev", raw, noFiles).kafka.properties).toEqual({
    "log.retention.bytes": "9223372036854775807",
  });
  expect(propertyProblem("log.retention.bytes", readConfigValue("9223372036854775808"))).toMatch(
    /^found 9223372036854775808; write a whole number/,
  );
});
