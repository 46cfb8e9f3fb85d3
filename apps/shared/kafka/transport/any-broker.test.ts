import { expect, it, vi } from "vitest";
import { AnyBrokerConnection } from "./any-broker";
import { isFromKafka } from "./errors";
import { AdaptedKafka } from "./adapted-kafka";
import {
  type AskedRequest,
  apiVersionsKey,
  metadataKey,
  quietly,
  serveRequests,
} from "../testing/fake-broker";

it("a connection waits for a broker to report its versions while another call connects to it again", async () => {
  const questions: AskedRequest[] = [];
  let closed = 0;
  const address = await serveRequests(
    (request) => {
      if (request.apiKey === apiVersionsKey && questions.push(request) === 1) request.answerVersions();
    },
    () => closed++,
  );
  const kafka = new AdaptedKafka({ ...quietly, brokers: [address], retry: { retries: 1 } });
  const connection = new AnyBrokerConnection(kafka);
  const newestVersion = () =>
    connection.use((broker) => Promise.resolve(broker.versions[metadataKey]?.maxVersion));
  await expect(newestVersion()).resolves.toBe(6);

  questions[0]!.socket.end();
  await vi.waitFor(() => expect(closed).toBe(1));
  const first = newestVersion();
  await vi.waitFor(() => expect(questions).toHaveLength(2));
  const second = newestVersion();
  await new Promise((resolve) => setTimeout(resolve, 50));
  questions[1]!.answerVersions();
  await expect(Promise.all([first, second])).resolves.toEqual([6, 6]);
  expect(questions).toHaveLength(2);
  await connection.close();
});

it("a connection fails with a KafkaError if the broker that another call connects to goes away", async () => {
  const questions: AskedRequest[] = [];
  let closed = 0;
  let isGone = false;
  const address = await serveRequests(
    (request) => {
      if (isGone) request.socket.destroy();
      else if (questions.push(request) === 1) request.answerVersions();
    },
    () => closed++,
  );
  const kafka = new AdaptedKafka({ ...quietly, brokers: [address], retry: { retries: 1 } });
  const connection = new AnyBrokerConnection(kafka);
  await connection.use(() => Promise.resolve());
  questions[0]!.socket.end();
  await vi.waitFor(() => expect(closed).toBe(1));
  const use = () =>
    connection
      .use((broker) => Promise.resolve(broker.versions[metadataKey]))
      .catch((error: unknown) => error);
  const first = use();
  await vi.waitFor(() => expect(questions).toHaveLength(2));
  const second = use();
  await new Promise((resolve) => setTimeout(resolve, 50));
  isGone = true;
  questions[1]!.socket.destroy();
  for (const failure of await Promise.all([first, second])) expect(isFromKafka(failure)).toBe(true);
  await connection.close();
});
