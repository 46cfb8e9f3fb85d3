import * as kafkajs from "kafkajs";
import { describe, expect, it } from "vitest";
import {
  brokerError,
  errorNameOf,
  isFromKafka,
  KafkaError,
  kafkaReason,
  partitionRefusalsIn,
  protocolErrorOf,
  throwingKafkaErrors,
  throwIfRefused,
  TooOldBroker,
  toConnectionError,
  toKafkaError,
  toKafkajsError,
} from "./errors";

const protocolError = (type: string, retriable: boolean) =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error("Kafka's words"), { type, code: 1, retriable }));
const connectionError = new kafkajs.KafkaJSConnectionError("Connection error: connect ECONNREFUSED");
const retriesExceeded = (cause: Error) =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 100 });

describe("an error of kafkajs", () => {
  it.each([
    ["of a broker", protocolError("NOT_CONTROLLER", true), "NOT_CONTROLLER", "Kafka's words", true],
    [
      "of a broker for good",
      protocolError("INVALID_CONFIG", false),
      "INVALID_CONFIG",
      "Kafka's words",
      false,
    ],
    ["of a connection", connectionError, "CONNECTION_FAILED", "connect ECONNREFUSED", true],
    [
      "after all retries, by its first cause",
      retriesExceeded(retriesExceeded(protocolError("NOT_CONTROLLER", true))),
      "NOT_CONTROLLER",
      "Kafka's words",
      true,
    ],
    ["of a lost leader", new kafkajs.KafkaJSError("no leader"), "CLIENT_FAILED", "no leader", true],
    ["of several", new kafkajs.KafkaJSAggregateError("two", []), "CLIENT_FAILED", "two", true],
  ])("becomes a KafkaError: %s", (_which, error, code, message, retriable) => {
    const converted = toKafkaError(error);
    expect(converted).toBeInstanceOf(KafkaError);
    expect(converted).toMatchObject({ code, message, retriable, cause: error });
    expect(toKafkajsError(converted)).toBe(error);
  });

  it("stays as it is if it is not one", () => {
    for (const error of [
      new Error("KafkaJSError"),
      Object.assign(new Error(), { name: "KafkaJSError" }),
      "text",
    ]) {
      expect(toKafkaError(error)).toBe(error);
      expect(toKafkajsError(error)).toBe(error);
      expect(isFromKafka(error)).toBe(false);
    }
  });

  it("is made for an error of our own that goes back to kafkajs, with the type that its groups look at", () => {
    const ours = new KafkaError("REBALANCE_IN_PROGRESS", "the group is rebalancing");
    expect(ours.retriable).toBe(false);
    const theirs = toKafkajsError(ours);
    expect(theirs).toBeInstanceOf(kafkajs.KafkaJSProtocolError);
    expect(theirs).toMatchObject({ type: "REBALANCE_IN_PROGRESS", message: ours.message, retriable: false });
    expect(toKafkajsError(new KafkaError("CONNECTION_FAILED", "gone"))).toBeInstanceOf(
      kafkajs.KafkaJSConnectionError,
    );
  });

  it("names the partitions that brokers refused", () => {
    const words = Object.assign(new Error("no such broker"), {
      type: "INVALID_REPLICA_ASSIGNMENT",
      code: 39,
    });
    const refusal = new kafkajs.KafkaJSAlterPartitionReassignmentsError(words, "t", 3);
    const error = toKafkaError(new kafkajs.KafkaJSAggregateError("two", [refusal]));
    const reason = "no such broker (INVALID_REPLICA_ASSIGNMENT)";
    expect(partitionRefusalsIn(error)).toEqual([{ topic: "t", partition: 3, reason }]);
    expect(partitionRefusalsIn(toKafkaError(connectionError))).toBeUndefined();
  });
});

describe("an error on a connection", () => {
  it("is a KafkaError, whatever threw it, unless the broker is too old", () => {
    expect(toConnectionError(connectionError)).toMatchObject({ code: "CONNECTION_FAILED" });
    const early = new Error("a broker's answer ends too early");
    expect(toConnectionError(early)).toMatchObject({ code: "CONNECTION_FAILED", message: early.message });
    const tooOld = new TooOldBroker("old");
    expect(toConnectionError(tooOld)).toBe(tooOld);
  });
});

describe("the error of a broker", () => {
  it("has Kafka's name, and the broker's words if it has any", () => {
    const error = brokerError({ errorCode: 17, errorMessage: "no" }, 'topic "t"');
    expect(error).toMatchObject({
      code: "INVALID_TOPIC_EXCEPTION",
      message: 'topic "t": no',
      retriable: false,
    });
    expect(brokerError({ errorCode: 41, errorMessage: "" })).toMatchObject({
      code: "NOT_CONTROLLER",
      message: "This is not the correct controller for this cluster",
      retriable: true,
    });
    expect(["VOTER_NOT_FOUND", "UNKNOWN_ERROR_CODE"]).toEqual([127, 30_000].map(errorNameOf));
    expect(() => throwIfRefused({ errorCode: 0, errorMessage: undefined })).not.toThrow();
    expect(() => throwIfRefused({ errorCode: 41, errorMessage: undefined })).toThrow(KafkaError);
  });

  it("is found in the cause of another error", () => {
    const cause = new KafkaError("TOPIC_AUTHORIZATION_FAILED", "not yours");
    const outer = new Error("outer", { cause });
    expect(protocolErrorOf(outer)).toBe("TOPIC_AUTHORIZATION_FAILED");
    expect(kafkaReason(outer)).toBe("not yours (TOPIC_AUTHORIZATION_FAILED)");
    expect(protocolErrorOf(new KafkaError("CONNECTION_FAILED", "gone"))).toBeUndefined();
    expect(kafkaReason(new KafkaError("CONNECTION_FAILED", "gone"))).toBe("gone");
    expect(kafkaReason(new Error("outer", { cause: new Error("inner") }))).toBe("inner");
  });
});

describe("an object of kafkajs", () => {
  it("throws and rejects with KafkaErrors, and is otherwise the same", async () => {
    const own = new Error("my own");
    const target = {
      events: { CONNECT: "connect" },
      add: (one: number, other: number) => one + other,
      connect: () => Promise.resolve("connected"),
      fail: (error: Error) => Promise.reject(error),
      failAtOnce: () => {
        throw connectionError;
      },
    };
    const wrapped = throwingKafkaErrors(target);
    expect(wrapped.events).toBe(target.events);
    expect(wrapped.add(1, 2)).toBe(3);
    await expect(wrapped.connect()).resolves.toBe("connected");
    await expect(wrapped.fail(connectionError)).rejects.toBeInstanceOf(KafkaError);
    await expect(wrapped.fail(own)).rejects.toBe(own);
    expect(() => wrapped.failAtOnce()).toThrow(KafkaError);
    expect({ ...wrapped }.add(2, 2)).toBe(4);
  });
});
