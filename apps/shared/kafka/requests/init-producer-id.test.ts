import { describe, expect, it } from "vitest";
import { initProducerIdExchange } from "./init-producer-id";

const { request, response } = initProducerIdExchange();
// First come the tags of the header, which kafkajs leaves to the body.
const decoded = async (body: string) =>
  response.parse(await response.decode(Buffer.from(`00${body}`, "hex")));

describe("a request for a producer id", () => {
  it("is written as the protocol defines it, for a producer without transactions", async () => {
    expect((await request.encode()).buffer.toString("hex")).toBe("00" + "00" + "0000ea60" + "00");
  });

  it("reads an id of 64 bits and its epoch", async () => {
    await expect(decoded("00000000" + "0000" + "7fffffffffffffff" + "0003" + "00")).resolves.toEqual({
      producerId: 9_223_372_036_854_775_807n,
      producerEpoch: 3,
    });
  });

  it("fails with Kafka's error", async () => {
    await expect(decoded("00000000" + "001f" + "ffffffffffffffff" + "ffff" + "00")).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
    });
  });
});
