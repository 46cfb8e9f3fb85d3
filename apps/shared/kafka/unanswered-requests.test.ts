import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Kafka, logLevel } from "kafkajs";
import { afterEach, expect, it, vi } from "vitest";
import { applyKafkajsFixes } from "./kafkajs-fixes";

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** A server that does with each connection what it is told. @returns its address */
async function serve(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const apiVersions = 18;
const metadata = 3;

/** The answer of a broker that knows the request Metadata, in its versions 0 to 6, and no other. */
function knowsMetadata(correlationId: number): Buffer {
  const answer = Buffer.alloc(4 + 4 + 2 + 4 + 6 + 4);
  answer.writeInt32BE(answer.length - 4, 0);
  answer.writeInt32BE(correlationId, 4);
  answer.writeInt32BE(1, 10);
  answer.writeInt16BE(metadata, 14);
  answer.writeInt16BE(6, 18);
  return answer;
}

/** Serves a broker that answers what it knows, and nothing else. @param asked is told what it was asked */
const serveBroker = (asked: number[], onClosed: () => void = () => {}) =>
  serve((socket) => {
    socket.on("close", onClosed);
    socket.on("data", (request) => {
      asked.push(request.readInt16BE(4));
      if (asked.at(-1) === apiVersions) socket.write(knowsMetadata(request.readInt32BE(8)));
    });
  });

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
  expect(asked).toEqual([apiVersions]);
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
  expect(asked).toEqual([apiVersions, metadata, apiVersions, metadata]);
  await admin.disconnect();
});
