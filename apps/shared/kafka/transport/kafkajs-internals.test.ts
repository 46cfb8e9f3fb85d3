import { Kafka } from "kafkajs";
import { version } from "kafkajs/package.json";
import { describe, expect, it, vi } from "vitest";
import { apiVersionsKey, metadataKey, quietly, serve, serveRequests } from "../testing/fake-broker";
import {
  fetchDefinition,
  fetchResponse,
  metadataDefinition,
  metadataResponse,
  RequestQueue,
} from "./testing/kafkajs-reference";
import { decodeFetch } from "./fetch-decoding";
import { AdaptedKafka } from "./adapted-kafka";
import { type BrokerInternals, protocolErrors } from "./kafkajs-internals";

const config = { ...quietly, brokers: ["127.0.0.1:1"], retry: { retries: 0 } };

/** Serves a broker that answers ApiVersions and nothing else. @param asked collects the API keys of its requests */
const serveBroker = (asked: number[], onClosed?: () => void) =>
  serveRequests(({ apiKey, answerVersions }) => {
    asked.push(apiKey);
    if (apiKey === apiVersionsKey) answerVersions();
  }, onClosed);

const clientOf = (brokers: string[], requestTimeout: number) =>
  new AdaptedKafka({ ...quietly, brokers, requestTimeout, retry: { retries: 1 } });

it("an adapted client asks another broker if one accepts connections and never answers", async () => {
  let hung = 0;
  const asked: number[] = [];
  const brokers = [await serve(() => hung++), await serveBroker(asked)];
  // Longer than the test may take: the first question has a time of its own.
  const admin = clientOf(brokers, 60_000).admin();
  await admin.connect();
  expect(hung).toBe(1);
  expect(asked).toEqual([apiVersionsKey]);
  await admin.disconnect();
}, 10_000);

it("an adapted client breaks a connection on which a request got no answer, and begins the next with ApiVersions", async () => {
  const asked: number[] = [];
  let closed = 0;
  const admin = clientOf([await serveBroker(asked, () => closed++)], 200).admin();
  await admin.connect();
  for (const time of [1, 2]) {
    await expect(admin.fetchTopicMetadata({ topics: ["t"] })).rejects.toThrow("no answer (timeout)");
    await vi.waitFor(() => expect(closed).toBe(time));
  }
  expect(asked).toEqual([apiVersionsKey, metadataKey, apiVersionsKey, metadataKey]);
  await admin.disconnect();
});

it("an adapted client counts a broker as connected once it has reported its versions, not once a socket is open", async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let answerVersions: (() => void) | undefined;
  const address = await serveRequests((request) => {
    answerVersions = () => request.answerVersions();
    answer();
  });
  const [host = "", port = ""] = address.split(":");
  const cluster = clientOf([address], 1_000).newCluster();
  const connectionPool = await cluster.connectionPoolBuilder.build({ host, port: Number(port) });
  const broker = cluster.brokerPool.createBroker({ connectionPool, logger: cluster.rootLogger });
  const first = broker.connect();
  await asked;
  expect(broker.isConnected()).toBe(false);
  // Another call waits for the first instead of failing.
  const second = broker.connect();
  answerVersions?.();
  await Promise.all([first, second]);
  expect(broker.isConnected()).toBe(true);
  await cluster.disconnect();
});

/** The broker object of a new adapted client, without a connection. */
async function brokerOf(adaptation = {}): Promise<BrokerInternals> {
  const cluster = new AdaptedKafka(config, adaptation).newCluster();
  const connectionPool = await cluster.connectionPoolBuilder.build({ host: "127.0.0.1", port: 1 });
  return cluster.brokerPool.createBroker({ connectionPool, logger: cluster.rootLogger });
}

/** Finds the request as kafkajs does once it knows the broker's versions. */
function exchangeOf(broker: BrokerInternals, definition: object, version: number, question: object) {
  broker.lookupRequest = (_apiKey, found) =>
    (found as typeof fetchDefinition).protocol({ version }) as ReturnType<BrokerInternals["lookupRequest"]>;
  return broker.lookupRequest(0, definition)(question);
}

const fetchQuestion = { topics: [], maxWaitTime: 1, minBytes: 1, maxBytes: 1, rackId: "" };
const metadataQuestion = { topics: [], allowAutoTopicCreation: false };
const existing = {
  topicErrorCode: 0,
  topic: "a",
  partitionMetadata: [{ partitionErrorCode: 5, leader: -1 }],
};
const missing = { topicErrorCode: 3, topic: "b", partitionMetadata: [] };
const metadata = { topicMetadata: [existing, missing] };

describe("the internals of kafkajs that this layer depends on", () => {
  it("are those of the installed version", () => {
    expect(version, "read the changes of kafkajs, then correct kafkajs-internals.ts").toBe("2.2.4");
  });

  it("keep the connections of a client under a symbol of the client", () => {
    const names = Object.getOwnPropertySymbols(new Kafka(config)).map(({ description }) => description);
    expect(names, "Kafka has no such symbol any more").toContain("private:Kafka:createCluster");
  });

  it("have the methods of clusters, brokers, connections and queues that are used here", async () => {
    const cluster = new AdaptedKafka(config).newCluster();
    const broker = await brokerOf();
    const [connection] = broker.connectionPool.pool;
    const parts: [owner: object | undefined, methods: string[]][] = [
      [
        cluster,
        ["connect", "disconnect", "refreshMetadataIfNecessary", "findBroker", "findGroupCoordinator"],
      ],
      [cluster.brokerPool, ["createBroker", "findConnectedBroker"]],
      [broker, ["connect", "isConnected", "metadata", "fetch", "leaveGroup", "lookupRequest"]],
      [broker.connectionPool, ["send"]],
      [connection, ["send", "rejectRequests", "disconnect"]],
      [connection?.requestQueue, ["scheduleCheckPendingRequests", "createSocketRequest"]],
    ];
    for (const [owner, methods] of parts)
      for (const method of methods)
        expect(Reflect.get(owner ?? {}, method), `kafkajs has no method ${method} any more`).toBeTypeOf(
          "function",
        );
    expect(broker, "a broker has no versions any more").toHaveProperty("versions", null);
    expect(broker.brokerAddress).toBe("127.0.0.1:1");
    expect(broker.connectionPool.pool, "a broker has another number of connections").toHaveLength(2);
    expect(connection, "a connection does not know its broker any more").toHaveProperty(
      "broker",
      "127.0.0.1:1",
    );
    expect(connection?.requestQueue.pending, "a queue keeps its requests elsewhere").toEqual([]);
  });

  it("hand over the connections that belong to a consumer", () => {
    const { consumer, cluster } = new AdaptedKafka(config).consumer({ groupId: "g" });
    expect(consumer.events.GROUP_JOIN).toBe("consumer.group_join");
    expect(cluster, "kafkajs made the consumer's connections in another way").toHaveProperty("brokerPool");
  });

  it("list Kafka's errors with names, codes and whether they are retriable", () => {
    const notLeader = protocolErrors.find(({ code }) => code === 6);
    expect(notLeader, "kafkajs lists Kafka's errors in another way").toMatchObject({
      type: "NOT_LEADER_FOR_PARTITION",
      retriable: true,
    });
    expect(protocolErrors.map(({ code }) => code)).toContain(88);
  });
});

describe("an adapted client", () => {
  it("does not wake the process while no request is queued", async () => {
    const { connectionPool } = await brokerOf();
    const queue = connectionPool.pool[0]?.requestQueue as unknown as InstanceType<typeof RequestQueue>;
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.pending.push({});
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.pending = [];
    queue.destroy();
  });

  it("gives the first question of a connection three seconds, and others the time of the client", async () => {
    const { connectionPool } = await brokerOf();
    const queue = connectionPool.pool[0]?.requestQueue;
    const timeoutOf = (apiName: string) =>
      queue?.createSocketRequest({ entry: { apiName, correlationId: 1 }, expectResponse: true })
        .requestTimeout;
    expect(timeoutOf("ApiVersions")).toBe(3000);
    expect(timeoutOf("Metadata")).toBe(30_000);
  });

  it("decodes fetches of version 11 itself, and leaves older ones to kafkajs", async () => {
    const broker = await brokerOf();
    const answer = Buffer.alloc(4 + 2 + 4 + 4);
    const { response } = exchangeOf(broker, fetchDefinition, 11, fetchQuestion);
    expect(response.decode).not.toBe(fetchResponse.decode);
    await expect(response.decode(answer)).resolves.toEqual(await decodeFetch(answer, fetchQuestion));
    const older = exchangeOf(broker, fetchDefinition, 10, fetchQuestion);
    expect(older.response).toBe(fetchDefinition.protocol({ version: 10 })(fetchQuestion).response);
  });

  it("accepts metadata that lacks topics and leaders only with that option", async () => {
    const strict = exchangeOf(await brokerOf(), metadataDefinition, 6, metadataQuestion);
    await expect(strict.response.parse(metadata)).rejects.toThrow();
    const lenient = exchangeOf(
      await brokerOf({ acceptsIncompleteMetadata: true }),
      metadataDefinition,
      6,
      metadataQuestion,
    );
    await expect(lenient.response.parse(metadata)).resolves.toEqual({ topicMetadata: [existing] });
  });
});

describe("a plain client of kafkajs in the same process", () => {
  it("keeps kafkajs's own classes and decoders", async () => {
    new AdaptedKafka(config, { acceptsIncompleteMetadata: true }).consumer({ groupId: "g" });
    await brokerOf({ acceptsIncompleteMetadata: true });
    expect(fetchDefinition.protocol({ version: 11 })(fetchQuestion).response).toBe(fetchResponse);
    expect(metadataDefinition.protocol({ version: 6 })(metadataQuestion).response).toBe(metadataResponse);
    await expect(metadataResponse.parse(metadata)).rejects.toThrow();
    const queue = new RequestQueue({ instrumentationEmitter: null, logger: {}, isConnected: () => true });
    queue.throttledUntil = Date.now() + 60_000;
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.destroy();
  });

  it("keeps a connection on which a request got no answer, while an adapted client breaks its own", async () => {
    const closed = { plain: 0, adapted: 0 };
    const asked: number[] = [];
    const options = { ...quietly, requestTimeout: 200, retry: { retries: 0 } };
    const plain = new Kafka({
      ...options,
      brokers: [await serveBroker(asked, () => closed.plain++)],
    }).admin();
    const adapted = clientOf([await serveBroker([], () => closed.adapted++)], 200).admin();
    await Promise.all([plain.connect(), adapted.connect()]);
    await expect(adapted.fetchTopicMetadata({ topics: ["t"] })).rejects.toThrow("no answer (timeout)");
    await expect(plain.fetchTopicMetadata({ topics: ["t"] })).rejects.toThrow(/Metadata.* timed out/);
    await vi.waitFor(() => expect(closed.adapted).toBeGreaterThan(0));
    expect(closed.plain).toBe(0);
    // No second question begins a connection, since it is the same one.
    expect(asked.filter((key) => key === apiVersionsKey)).toHaveLength(1);
    await Promise.all([plain.disconnect(), adapted.disconnect()]);
  });
});
