import { describe, expect, it, vi } from "vitest";
import { TooOldBroker } from "./errors";
import { AdaptedKafka } from "./adapted-kafka";
import { exchangeOf } from "../requests/exchange";
import {
  apiVersionsKey,
  type AskedRequest,
  metadataKey,
  quietly,
  serve,
  serveRequests,
} from "../testing/fake-broker";
import { BrokerConnections } from "./broker-connection";

/** A request whose answer is a number. */
const questionOf = (apiVersion: number) =>
  exchangeOf({
    apiKey: metadataKey,
    apiVersion,
    apiName: "Metadata",
    write: (writer) => void writer.noTags(),
    read: (reader) => reader.int32(),
  });
const question = questionOf(6);
const requestTimeoutMs = 300;

/** A broker that answers requests with its number. */
class NumberedBroker {
  readonly asked: number[] = [];
  readonly open: AskedRequest[] = [];
  closed = 0;
  answers = true;
  /** Whether it reports its versions. */
  greets = true;
  address = "";

  static async start(number: number): Promise<NumberedBroker> {
    const broker = new NumberedBroker();
    broker.address = await serveRequests(
      (request) => {
        broker.asked.push(request.apiKey);
        broker.open.push(request);
        if (request.apiKey === apiVersionsKey) {
          if (broker.greets) request.answerVersions();
        } else if (broker.answers) request.answer(Buffer.from([0, 0, 0, 0, number]));
      },
      () => broker.closed++,
    );
    return broker;
  }

  description(nodeId: number) {
    const [host = "", port = ""] = this.address.split(":");
    return { nodeId, host, port: Number(port) };
  }
}

const connectionsTo = (...brokers: string[]) =>
  new BrokerConnections(
    new AdaptedKafka({ ...quietly, brokers, requestTimeout: requestTimeoutMs, retry: { retries: 0 } }),
  );

describe("connections to brokers", () => {
  it("go to the bootstrap servers in turn, until brokers are known", async () => {
    const gone = await serve((socket) => socket.destroy());
    const broker = await NumberedBroker.start(7);
    const connections = connectionsTo(gone, broker.address);
    await expect(connections.askAny(question, "2.4")).rejects.toThrow("Closed connection");
    await expect(connections.askAny(question, "2.4")).resolves.toBe(7);
    await expect(connections.askAny(question, "2.4")).resolves.toBe(7);
    expect(broker.asked).toEqual([apiVersionsKey, metadataKey, metadataKey]);
    await connections.close();
    await vi.waitFor(() => expect(broker.closed).toBe(1));
  });

  it("are one to each broker, and a broker that hangs affects only its own", async () => {
    const [one, two] = [await NumberedBroker.start(1), await NumberedBroker.start(2)];
    const connections = connectionsTo(one.address);
    connections.learn([one.description(1), two.description(2)]);
    const ask = (nodeId: number) => connections.askBroker(nodeId, question, "2.4");
    await expect(Promise.all([ask(1), ask(2), ask(2)])).resolves.toEqual([1, 2, 2]);
    one.answers = false;
    const hangs = ask(1);
    await expect(ask(2)).resolves.toBe(2);
    await expect(hangs).rejects.toThrow("no answer (timeout)");
    await vi.waitFor(() => expect(one.closed).toBe(1));
    // The broker that hung is not asked while there is another.
    await expect(connections.askAny(question, "2.4")).resolves.toBe(2);
    one.answers = true;
    await expect(ask(1)).resolves.toBe(1);
    expect(one.asked).toEqual([apiVersionsKey, metadataKey, metadataKey, apiVersionsKey, metadataKey]);
    expect(two.closed).toBe(0);
    expect(two.asked.filter((key) => key === apiVersionsKey)).toHaveLength(1);
    await connections.close();
  });

  it("are waited for by all calls while they are opened", async () => {
    const broker = await NumberedBroker.start(1);
    const connections = connectionsTo(broker.address);
    connections.learn([broker.description(1)]);
    broker.greets = false;
    const ask = () => connections.askBroker(1, question, "2.4");
    const first = ask();
    // In the same turn of the event loop nothing can have been connected.
    for (let microtask = 0; microtask < 100; microtask++) await Promise.resolve();
    const second = ask();
    await vi.waitFor(() => expect(broker.asked).toEqual([apiVersionsKey]));
    const third = ask();
    await new Promise((resolve) => setTimeout(resolve, 50));
    broker.open[0]?.answerVersions();
    await expect(Promise.all([first, second, third])).resolves.toEqual([1, 1, 1]);
    expect(broker.asked).toEqual([apiVersionsKey, metadataKey, metadataKey, metadataKey]);
    await connections.close();
  });

  it("take turns for requests that any broker can answer", async () => {
    const brokers = [await NumberedBroker.start(1), await NumberedBroker.start(2)];
    const connections = connectionsTo("127.0.0.1:1");
    connections.learn(brokers.map((broker, index) => broker.description(index + 1)));
    await Promise.all([1, 2].map((nodeId) => connections.askBroker(nodeId, question, "2.4")));
    const answers = [];
    for (let time = 0; time < 4; time++) answers.push(await connections.askAny(question, "2.4"));
    expect(answers).toEqual([1, 2, 1, 2]);
    await connections.close();
  });

  it("are opened again, with the first question, if a broker has closed them", async () => {
    const broker = await NumberedBroker.start(1);
    const connections = connectionsTo(broker.address);
    connections.learn([broker.description(1)]);
    await connections.askBroker(1, question, "2.4");
    broker.open[0]?.socket.end();
    await vi.waitFor(() => expect(broker.closed).toBe(1));
    await expect(connections.askBroker(1, question, "2.4")).resolves.toBe(1);
    expect(broker.asked).toEqual([apiVersionsKey, metadataKey, apiVersionsKey, metadataKey]);
    await connections.close();
  });

  it("end, with the requests under way, if a broker has another address", async () => {
    const [before, after] = [await NumberedBroker.start(1), await NumberedBroker.start(2)];
    const connections = connectionsTo(before.address);
    connections.learn([before.description(1)]);
    await connections.askBroker(1, question, "2.4");
    before.answers = false;
    const underWay = connections.askBroker(1, question, "2.4");
    await vi.waitFor(() => expect(before.asked).toHaveLength(3));
    connections.learn([before.description(1)]);
    expect(before.closed).toBe(0);
    connections.learn([after.description(1)]);
    await expect(underWay).rejects.toThrow("broker 1 is not there any more");
    await vi.waitFor(() => expect(before.closed).toBe(1));
    await expect(connections.askBroker(1, question, "2.4")).resolves.toBe(2);
    connections.learn([]);
    await expect(connections.askBroker(1, question, "2.4")).rejects.toThrow("broker 1 is not there");
    await connections.close();
  });

  it("reject a request that the broker does not know", async () => {
    const broker = await NumberedBroker.start(1);
    const connections = connectionsTo(broker.address);
    const answer = connections.askAny(questionOf(9), "2.4");
    await expect(answer).rejects.toThrow(TooOldBroker);
    await expect(answer).rejects.toThrow(
      "the brokers do not know Metadata of version 9; Kafka 2.4 or newer is needed",
    );
    await connections.close();
  });

  it("are closed when the requests under way are answered", async () => {
    const broker = await NumberedBroker.start(1);
    const connections = connectionsTo(broker.address);
    connections.learn([broker.description(1)]);
    broker.answers = false;
    const underWay = connections.askBroker(1, question, "2.4");
    await vi.waitFor(() => expect(broker.asked).toHaveLength(2));
    const closing = connections.close();
    broker.open[1]?.answer(Buffer.from([0, 0, 0, 0, 5]));
    await expect(underWay).resolves.toBe(5);
    await closing;
    await vi.waitFor(() => expect(broker.closed).toBe(1));
  });
});
