import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { StackMap } from "../../../../contract/environment/stack-map";
import { zookeeperCheck, brokerCheck, controllerCheck, nodesOf, NodeWatch, type NodeCheck } from "./nodes";

const map: StackMap = {
  stack: "dev",
  coordination: "zookeeper",
  coordinators: ["zookeeper-1"],
  brokers: [{ id: 2, name: "broker-2" }],
  devices: [],
  consumers: [],
};

it("nodesOf lists where nodes listen in the stack's network", () => {
  expect(nodesOf(map)).toEqual({
    coordination: "zookeeper",
    brokers: [{ id: 2, name: "broker-2", host: "kafka-iot-sim-dev-broker-2", port: 29_092 }],
    quorum: [{ name: "zookeeper-1", host: "kafka-iot-sim-dev-zookeeper-1", port: 2_181 }],
  });
  expect(nodesOf({ ...map, coordination: "kraft", coordinators: ["controller-1"] }).quorum).toEqual([
    { name: "controller-1", host: "kafka-iot-sim-dev-controller-1", port: 9_093 },
  ]);
});

const startMs = 1_000_000;
let ending: AbortController;
beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
  ending = new AbortController();
});
afterEach(() => {
  ending.abort();
  vi.useRealTimers();
});

it("NodeWatch checks a node each second, and keeps the time of the last change", async () => {
  const checks: NodeCheck[] = [
    { condition: "healthy" },
    { condition: "healthy" },
    { condition: "unreachable", reason: "connection lost" },
    { condition: "unreachable", reason: "connection refused" },
    { condition: "healthy" },
  ];
  const watch = new NodeWatch("broker-1", () => Promise.resolve(checks.shift() ?? { condition: "sick" }));
  expect(watch.frame).toEqual({ name: "broker-1", condition: "unknown", sinceMs: startMs });
  const running = watch.run(ending.signal);
  const frames = [];
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(second === 0 ? 10 : 1000);
    const { condition, reason, sinceMs } = watch.frame;
    frames.push([condition, reason, sinceMs - startMs]);
  }
  expect(frames).toEqual([
    ["healthy", undefined, 0],
    ["healthy", undefined, 0],
    ["unreachable", "connection lost", 2000],
    ["unreachable", "connection refused", 2000],
    ["healthy", undefined, 4000],
  ]);
  ending.abort();
  await running;
  expect(checks).toEqual([]);
});

it("NodeWatch waits for a check that takes long, and checks again at once", async () => {
  let checks = 0;
  const watch = new NodeWatch("broker-1", async () => {
    checks++;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return { condition: "healthy" };
  });
  void watch.run(ending.signal);
  await vi.advanceTimersByTimeAsync(6500);
  expect(checks).toBe(4);
});

const described = (...ids: readonly number[]) => ({
  clusterId: "c",
  controllerId: 1,
  topics: [],
  brokers: ids.map((nodeId) => ({ nodeId, host: "h", port: 1 })),
});
const greets = () => Promise.resolve();
const fails = (message: string) => () => Promise.reject(new Error(message));

describe("the check of a broker", () => {
  it("finds a broker healthy that answers and is in the cluster", async () => {
    const asked: unknown[] = [];
    const describe = (...question: unknown[]) => {
      asked.push(question);
      return Promise.resolve(described(1, 2));
    };
    await expect(brokerCheck({ describe, greet: greets }, 2)()).resolves.toEqual({ condition: "healthy" });
    expect(asked).toEqual([[2, []]]);
  });

  it("finds a broker unhealthy that is not in the cluster", async () => {
    const view = { describe: () => Promise.resolve(described(1)), greet: greets };
    await expect(brokerCheck(view, 2)()).resolves.toEqual({
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
  ])("gives the reason why a broker is unreachable: %s", async (message, reason) => {
    const view = { describe: fails(message), greet: greets };
    await expect(brokerCheck(view, 1)()).resolves.toEqual({ condition: "unreachable", reason });
  });
});

it("the check of a controller finds out whether it answers", async () => {
  const describe = fails("controllers are not asked for topics");
  await expect(controllerCheck({ describe, greet: greets }, 1)()).resolves.toEqual({ condition: "healthy" });
  const gone = fails("Connection error: connect ECONNREFUSED");
  await expect(controllerCheck({ describe, greet: gone }, 1)()).resolves.toEqual({
    condition: "unreachable",
    reason: "connection refused",
  });
});

/** Starts a member that answers as the test wants. @returns its port */
async function serve(onQuestion: (question: string, socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => onQuestion(data.toString(), socket));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (port: number) => zookeeperCheck("127.0.0.1", port);
const answering = (answer: string) => serve((_, socket) => socket.end(answer));

it("a ZooKeeper member is healthy if it reports its mode", async () => {
  const asked: string[] = [];
  const port = await serve((question, socket) => {
    asked.push(question);
    socket.write("Zookeeper version: 3.8.4\nLatency min/avg/max: 0/0.0/0\n");
    socket.end("Mode: standalone\nNode count: 5\n");
  });
  await expect(ask(port)).resolves.toEqual({ condition: "healthy" });
  expect(asked).toEqual(["srvr"]);
});

it("a ZooKeeper member is unhealthy if it serves nobody", async () => {
  const port = await answering("This ZooKeeper instance is not currently serving requests\n");
  await expect(ask(port)).resolves.toEqual({
    condition: "sick",
    reason: "This ZooKeeper instance is not currently serving requests",
  });
  await expect(ask(await answering(""))).resolves.toEqual({
    condition: "sick",
    reason: "its answer is empty",
  });
});

it("a ZooKeeper member is unreachable if it does not answer within two seconds", async () => {
  await expect(ask(1)).resolves.toEqual({ condition: "unreachable", reason: "connection refused" });
  const beganMs = performance.now();
  await expect(ask(await serve(() => {}))).resolves.toEqual({
    condition: "unreachable",
    reason: "no answer within 2 s",
  });
  expect(performance.now() - beganMs).toBeLessThan(2900);
  const chatty = await serve((_, socket) => void socket.write("x".repeat(100_000)));
  await expect(ask(chatty)).resolves.toEqual({
    condition: "unreachable",
    reason: "its answer is too long",
  });
});
