import { expect, it } from "vitest";
import { type FetchingBroker, type FetchListener, listenToFetches } from "./fetch-answers";

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

it("tells of each partition that was asked for how far it reaches, of a broker once, and of failures", async () => {
  const told: unknown[] = [];
  const listener: FetchListener = {
    answered: (answers) => told.push(answers),
    failed: (error) => told.push(error),
  };
  const failures: Error[] = [];
  const broker: FetchingBroker = {
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
  const cluster = { findBroker: () => Promise.resolve(broker) };
  listenToFetches(cluster, listener);
  expect(await cluster.findBroker()).toBe(broker);
  await cluster.findBroker();
  const { responses } = await broker.fetch(request);
  expect(responses).toHaveLength(1);
  failures.push(new Error("connection lost"));
  await expect(broker.fetch(request)).rejects.toBe(failures[0]);
  expect(told).toEqual([
    [
      { topic: "t", partition: 0, from: 5, end: 7 },
      { topic: "t", partition: 1, from: 90_071_992_547, end: 90_071_992_548 },
    ],
    failures[0],
  ]);
});
