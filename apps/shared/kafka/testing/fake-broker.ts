import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { logLevel } from "../transport/testing/kafkajs-reference";
import { onTestFinished } from "vitest";

/** Options of kafkajs for a client that logs nothing. */
export const quietly = { logLevel: logLevel.NOTHING };

export const apiVersionsKey = 18;
export const metadataKey = 3;

/** The answer of a broker that knows the request Metadata, in its versions 0 to 6, and no other. */
function knowsMetadata(correlationId: number): Buffer {
  const answer = Buffer.alloc(4 + 4 + 2 + 4 + 6 + 4);
  answer.writeInt32BE(answer.length - 4, 0);
  answer.writeInt32BE(correlationId, 4);
  answer.writeInt32BE(1, 10);
  answer.writeInt16BE(metadataKey, 14);
  answer.writeInt16BE(6, 18);
  return answer;
}

/** A server that passes each connection to a test, until the test has ended. @returns its address */
export async function serve(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A request, and how to answer it with the versions that the fake broker knows. */
export interface AskedRequest {
  readonly apiKey: number;
  readonly socket: Socket;
  readonly answerVersions: () => void;
  /** Answers with a body. */
  readonly answer: (body: Buffer) => void;
}

/** Serves a broker that passes each request to a test. @returns its address */
export function serveRequests(
  onRequest: (request: AskedRequest) => void,
  onClosed: () => void = () => {},
): Promise<string> {
  return serve((socket) => {
    socket.on("close", onClosed);
    const onFrame = (request: Buffer) => {
      const correlationId = request.readInt32BE(8);
      onRequest({
        apiKey: request.readInt16BE(4),
        socket,
        answerVersions: () => socket.write(knowsMetadata(correlationId)),
        answer: (body) => {
          const head = Buffer.alloc(4 + 4);
          head.writeInt32BE(4 + body.length, 0);
          head.writeInt32BE(correlationId, 4);
          socket.write(Buffer.concat([head, body]));
        },
      });
    };
    socket.on("data", (chunk) => {
      // Requests that are sent at the same time arrive together.
      for (let at = 0; at < chunk.length; at += 4 + chunk.readInt32BE(at)) onFrame(chunk.subarray(at));
    });
  });
}
