import { Kafka, logLevel } from "kafkajs";
import { expect, it, vi } from "vitest";
import { applyKafkajsFixes } from "./kafkajs-internals";
import { apiVersionsKey, metadataKey, serve, serveRequests } from "../testing/fake-broker";

/** Serves a broker that answers what it knows, and nothing else. @param asked is told what it was asked */
const serveBroker = (asked: number[], onClosed?: () => void) =>
  serveRequests(({ apiKey, answerVersions }) => {
    asked.push(apiKey);
    if (apiKey === apiVersionsKey) answerVersions();
  }, onClosed);

const kafka = (brokers: string[], requestTimeout: number) =>
  new Kafka({ brokers, requestTimeout, retry: { retries: 1 }, logLevel: logLevel.NOTHING });

it("asks another broker when one takes connections and never answers", async () => {
  applyKafkajsFixes();
  applyKafkajsFixes();
  let hung = 0;
  const asked: number[] = [];
  const brokers = [await serve(() => hung++), await serveBroker(asked)];
  // Longer than the test may take: the first question has a time of its own.
  const admin = kafka(brokers, 60_000).admin();
  await admin.connect();
  expect(hung).toBe(1);
  expect(asked).toEqual([apiVersionsKey]);
  await admin.disconnect();
}, 10_000);

it("breaks a connection on which a request got no answer, and begins the next with a question", async () => {
  applyKafkajsFixes();
  const asked: number[] = [];
  let closed = 0;
  const admin = kafka([await serveBroker(asked, () => closed++)], 200).admin();
  await admin.connect();
  for (const time of [1, 2]) {
    await expect(admin.fetchTopicMetadata({ topics: ["t"] })).rejects.toThrow("no answer (timeout)");
    await vi.waitFor(() => expect(closed).toBe(time));
  }
  expect(asked).toEqual([apiVersionsKey, metadataKey, apiVersionsKey, metadataKey]);
  await admin.disconnect();
});
