import { EventEmitter } from "node:events";
import type { LookupAddress } from "node:dns";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../logger";
import { connectionProblem } from "./errors";
import { Addresses, Outages } from "./network";

const found: LookupAddress[] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => ({
  address,
  family: 4,
}));

class FakeSocket extends EventEmitter {
  constructor(readonly remoteAddress: string) {
    super();
  }
}

/** Addresses with a clock that the test sets. */
function addressesAt(clock: { nowMs: number }): Addresses {
  return new Addresses(
    (_hostname, _options, callback) => callback(null, found),
    () => clock.nowMs,
  );
}

const orderOf = (addresses: Addresses): string[] => {
  let order: string[] = [];
  addresses.lookup("kafka", { all: true }, (_error, answer) => {
    order = (answer as LookupAddress[]).map(({ address }) => address);
  });
  return order;
};

const connectTo = (addresses: Addresses, address: string, ...events: string[]) => {
  const socket = new FakeSocket(address);
  addresses.watch(socket as unknown as Socket);
  for (const event of events) socket.emit(event);
};

describe("the addresses of a name", () => {
  it("keep the order in which they are found, until one does not answer", () => {
    const clock = { nowMs: 0 };
    const addresses = addressesAt(clock);
    connectTo(addresses, "10.0.0.2", "connect", "data", "close");
    expect(orderOf(addresses)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    connectTo(addresses, "10.0.0.1", "connect", "close");
    expect(orderOf(addresses)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.1"]);
  });

  it("have their order again once that one answers, or after half a minute", () => {
    const clock = { nowMs: 0 };
    const addresses = addressesAt(clock);
    connectTo(addresses, "10.0.0.1", "connect", "close");
    connectTo(addresses, "10.0.0.1", "connect", "data");
    expect(orderOf(addresses)[0]).toBe("10.0.0.1");
    connectTo(addresses, "10.0.0.1", "connect", "close");
    clock.nowMs = 29_999;
    expect(orderOf(addresses)[0]).toBe("10.0.0.2");
    clock.nowMs = 30_000;
    expect(orderOf(addresses)[0]).toBe("10.0.0.1");
  });

  it("are found singly, too, or not at all", () => {
    const one: unknown[] = [];
    addressesAt({ nowMs: 0 }).lookup("kafka", {}, (...answer) => one.push(...answer));
    expect(one).toEqual([null, "10.0.0.1", 4]);
    const problem = new Error("getaddrinfo ENOTFOUND kafka");
    const failed: unknown[] = [];
    new Addresses((_hostname, _options, callback) => callback(problem, [])).lookup(
      "kafka",
      { all: true },
      (...answer) => failed.push(...answer),
    );
    expect(failed).toEqual([problem, []]);
  });
});

describe("outages", () => {
  it("log two lines, however often a broker is tried", () => {
    let now = 0;
    const lines: string[] = [];
    const write = (line: string) => lines.push(line.slice(13).trim());
    const outages = new Outages(createLogger({ app: "a", format: "pretty", write }), () => now);
    outages.answered("b1:9092");
    for (; now < 40_000; now += 500) outages.failed("b1:9092", "connection refused");
    outages.failed("b2:9092", "no answer");
    outages.answered("b1:9092");
    outages.answered("b1:9092");
    expect(lines).toEqual([
      "warn  broker b1:9092 cannot be reached (connection refused): trying again until it is back",
      "warn  broker b2:9092 cannot be reached (no answer): trying again until it is back",
      "info  broker b1:9092 is back after 40 s",
    ]);
  });

  it.each([
    ["Connection error: getaddrinfo ENOTFOUND nope", "its name is not known"],
    ["Connection error: connect ECONNREFUSED 127.0.0.1:1", "connection refused"],
    ["Connection timeout", "no answer"],
    ["Connection error: something new", "something new"],
  ])("%s: %s", (message, problem) => {
    expect(connectionProblem(message)).toBe(problem);
  });
});
