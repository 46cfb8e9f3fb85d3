import { describe, expect, it } from "vitest";
import { lookAtBroker, lookAtController } from "./looks";

const described = (...ids: readonly number[]) => ({
  clusterId: "c",
  controllerId: 1,
  topics: [],
  brokers: ids.map((nodeId) => ({ nodeId, host: "h", port: 1 })),
});
const greets = () => Promise.resolve();
const fails = (message: string) => () => Promise.reject(new Error(message));

describe("a look at a broker", () => {
  it("finds it healthy where it answers and is in the cluster", async () => {
    const asked: unknown[] = [];
    const describe = (...question: unknown[]) => {
      asked.push(question);
      return Promise.resolve(described(1, 2));
    };
    await expect(lookAtBroker({ describe, greet: greets }, 2)()).resolves.toEqual({ condition: "healthy" });
    expect(asked).toEqual([[2, []]]);
  });

  it("finds it sick where the cluster does not have it", async () => {
    const view = { describe: () => Promise.resolve(described(1)), greet: greets };
    await expect(lookAtBroker(view, 2)()).resolves.toEqual({
      condition: "sick",
      reason: "it answers, but is not in the cluster (yet)",
    });
  });

  it.each([
    ["Connection error: connect ECONNREFUSED 10.0.0.1:29092", "connection refused"],
    ["Connection error: getaddrinfo ENOTFOUND kafka-iot-sim-dev-broker-1", "its name is not known"],
    ["Closed connection", "connection lost"],
    ["Connection timeout", "no answer"],
    ["no answer within 2 s", "no answer within 2 s"],
  ])("says why it is unreachable: %s", async (message, reason) => {
    const view = { describe: fails(message), greet: greets };
    await expect(lookAtBroker(view, 1)()).resolves.toEqual({ condition: "unreachable", reason });
  });
});

it("a look at a controller finds out whether it answers", async () => {
  const describe = fails("controllers are not asked for topics");
  await expect(lookAtController({ describe, greet: greets }, 1)()).resolves.toEqual({ condition: "healthy" });
  const gone = fails("Connection error: connect ECONNREFUSED");
  await expect(lookAtController({ describe, greet: gone }, 1)()).resolves.toEqual({
    condition: "unreachable",
    reason: "connection refused",
  });
});
