import { expect, it } from "vitest";
import { type FetchListener, listenToFetches } from "./fetch-answers";
import type { BrokerInternals } from "./kafkajs-internals";

const request = {
  topics: [
    {
      topic: "t",
      partitions: [
        { partition: 0, fetchOffset: "5" },
        { partition: 1, fetchOffset: "90071992547" },
      ],
    },
  ],
};

it("a listener hears of each asked partition how far it reaches, once for each answer, and of failures", async () => {
  const heard: unknown[] = [];
  const listener: FetchListener = {
    answered: (answers) => heard.push(answers),
    failed: (error) => heard.push(error),
  };
  const failures: Error[] = [];
  const broker = {
    fetch: () =>
      failures[0] === undefined
        ? Promise.resolve({
            responses: [
              {
                topicName: "t",
                partitions: [
                  // An open transaction keeps the rest from being read.
                  { partition: 0, highWatermark: "9", lastStableOffset: "7" },
                  { partition: 1, highWatermark: "90071992548", lastStableOffset: "-1" },
                ],
              },
            ],
          })
        : Promise.reject(failures[0]),
  };
  const cluster = { findBroker: (_node: object) => Promise.resolve(broker as unknown as BrokerInternals) };
  listenToFetches(cluster, listener);
  const node = { nodeId: "1" };
  const fetch = () => (broker as unknown as BrokerInternals).fetch(request);
  expect(await cluster.findBroker(node)).toBe(broker);
  await cluster.findBroker(node);
  await expect(fetch()).resolves.toMatchObject({ responses: [{ topicName: "t" }] });
  failures.push(new Error("connection lost"));
  await expect(fetch()).rejects.toBe(failures[0]);
  expect(heard).toEqual([
    [
      { topic: "t", partition: 0, from: 5, end: 7 },
      { topic: "t", partition: 1, from: 90_071_992_547, end: 90_071_992_548 },
    ],
    failures[0],
  ]);
});
