import { describe, expect, it } from "vitest";
import { createOutcomeOf } from "../admin/cluster-admin";
import { createPartitionsExchange } from "./create-partitions";
import { createTopicsExchange } from "./create-topics";
import type { ProtocolExchange } from "./exchange";
import { unregisterBrokerExchange } from "./unregister-broker";

/** An empty list of tags ends the headers; kafkajs writes only their older part. */
const noTags = "00";
// The bytes are those that Kafka's own classes of 3.9.2 write (org.apache.kafka.common.message, MessageUtil.toByteBuffer).
const encoded = async ({ request }: ProtocolExchange<unknown>) =>
  (await request.encode()).buffer.toString("hex");
const decoded = async <Answer>({ response }: ProtocolExchange<Answer>, body: string) =>
  response.parse(await response.decode(Buffer.from(noTags + body, "hex")));

const timeoutMs = 8000;
const placed = [
  [1, 2],
  [2, 1],
];

describe("a request to create topics", () => {
  const topic = { name: "device-1", assignment: placed, config: { "retention.ms": "1000" } };
  const exchange = createTopicsExchange([topic], timeoutMs);

  it("is written as by Kafka's own clients", async () => {
    await expect(encoded(exchange)).resolves.toBe(
      noTags +
        "02096465766963652d31ffffffffffff" +
        "03000000000300000001000000020000000001030000000200000001" +
        "00020d726574656e74696f6e2e6d730531303030000000001f400000",
    );
  });

  it("reads the brokers' words, topic by topic", async () => {
    const answer =
      "000000000402610000010000000200020" +
      "20d726574656e74696f6e2e6d73053130303000010000000262002830496e76616c69642076616c7565202d3520666f7220636f6e6669" +
      "6775726174696f6e20726574656e74696f6e2e6d73ffffffffffff00010002001d" +
      "026300241a546f7069632027632720616c7265616479206578697374732effffffffffff010000";
    const results = await decoded(exchange, answer);
    expect(results).toEqual([
      { topic: "a", errorCode: 0, errorMessage: "" },
      { topic: "b", errorCode: 40, errorMessage: "Invalid value -5 for configuration retention.ms" },
      { topic: "c", errorCode: 36, errorMessage: "Topic 'c' already exists." },
    ]);
    expect(results.map(createOutcomeOf)).toEqual([
      { kind: "created" },
      {
        kind: "refused",
        reason: "Invalid value -5 for configuration retention.ms (INVALID_CONFIG)",
        retriable: false,
      },
      { kind: "existed" },
    ]);
  });

  it("may be repeated if the broker was not the controller, or had too little time", () => {
    for (const errorCode of [7, 41]) {
      const outcome = createOutcomeOf({ errorCode, errorMessage: undefined });
      expect(outcome).toMatchObject({ kind: "refused", retriable: true });
    }
  });

  it("uses Kafka's own words if the broker gives none for a refusal", () => {
    for (const errorMessage of [undefined, ""]) {
      expect(createOutcomeOf({ errorCode: 41, errorMessage })).toMatchObject({
        reason: "This is not the correct controller for this cluster (NOT_CONTROLLER)",
      });
    }
  });
});

describe("a request to add partitions", () => {
  const exchange = createPartitionsExchange([{ topic: "device-1", count: 3, added: placed }], timeoutMs);

  it("is written as by Kafka's own clients", async () => {
    await expect(encoded(exchange)).resolves.toBe(
      noTags +
        "02096465766963652d3100000003" +
        "030300000001000000020003000000020000000100" +
        "0000001f400000",
    );
  });

  it("reads the answer topic by topic", async () => {
    const answer =
      "00000000030261000000000262002522546f70696320616c726561647920686173203320706172746974696f6e2873292e0000";
    await expect(decoded(exchange, answer)).resolves.toEqual([
      { topic: "a", errorCode: 0, errorMessage: undefined },
      { topic: "b", errorCode: 37, errorMessage: "Topic already has 3 partition(s)." },
    ]);
  });
});

describe("a request to unregister a broker", () => {
  it("is written as by Kafka's own clients, and its answer is read", async () => {
    const exchange = unregisterBrokerExchange(3);
    await expect(encoded(exchange)).resolves.toBe(noTags + "0000000300");
    const answer =
      "0000000000662842726f6b65722049442033206973206e6f742063757272656e746c79207265676973746572656400";
    await expect(decoded(exchange, answer)).resolves.toEqual({
      errorCode: 102,
      errorMessage: "Broker ID 3 is not currently registered",
    });
  });
});
