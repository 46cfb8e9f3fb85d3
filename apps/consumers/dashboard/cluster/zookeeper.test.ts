import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { askZookeeper } from "./zookeeper";

/** Serves a member that does with what it is asked what a test says. @returns its port */
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

const ask = (port: number) => askZookeeper("127.0.0.1", port);
const answering = (answer: string) => serve((_, socket) => socket.end(answer));

it("is healthy where it says its mode", async () => {
  const asked: string[] = [];
  const port = await serve((question, socket) => {
    asked.push(question);
    socket.write("Zookeeper version: 3.8.4\nLatency min/avg/max: 0/0.0/0\n");
    socket.end("Mode: standalone\nNode count: 5\n");
  });
  await expect(ask(port)).resolves.toEqual({ condition: "healthy" });
  expect(asked).toEqual(["srvr"]);
});

it("is sick where it serves nobody", async () => {
  const port = await answering("This ZooKeeper instance is not currently serving requests\n");
  await expect(ask(port)).resolves.toEqual({
    condition: "sick",
    reason: "This ZooKeeper instance is not currently serving requests",
  });
  await expect(ask(await answering(""))).resolves.toEqual({
    condition: "sick",
    reason: "it answers nothing",
  });
});

it("is unreachable where nobody answers, in two seconds at most", async () => {
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
