import { EventEmitter } from "node:events";
import { MessageChannel, type Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { DeltaError } from "../../../shared/delta/errors";
import type { RowWriter, WrittenRows } from "./row-writer";
import { packMessages } from "./message-chunk";
import { serveRowWriter, WriterThread } from "./writer-thread";

const nothing: WrittenRows = {
  adds: [],
  rows: 0,
  arrivals: new Map(),
  deadLetters: { adds: [], rows: 0, next: new Map(), examples: [] },
};

/** Both ends, joined by a channel as a thread's are. */
function join(writer: Partial<RowWriter>): {
  thread: WriterThread;
  worker: EventEmitter;
  failures: string[];
  close: () => void;
} {
  const { port1, port2 } = new MessageChannel();
  serveRowWriter(port2, writer as RowWriter);
  const worker = new EventEmitter();
  port1.on("message", (message) => worker.emit("message", message));
  Object.assign(worker, { postMessage: port1.postMessage.bind(port1) });
  const failures: string[] = [];
  const thread = new WriterThread(worker as unknown as Worker, ({ message }) => failures.push(message));
  return { thread, worker, failures, close: () => port1.close() };
}

const large = () =>
  packMessages(0, [
    { key: null, value: Buffer.alloc(5_000_000), offset: "0", timestamp: "0", attributes: 0, headers: {} },
  ]);

it("the writer thread receives everything in order, and has room again once it has read it", async () => {
  const seen: string[] = [];
  const { thread, close } = join({
    begin: (partitions) => seen.push(`begin ${partitions.length}`),
    add: ({ bytes }) => seen.push(`add ${bytes.length}`),
    flush: () => {
      seen.push("flush");
      return Promise.resolve({
        ...nothing,
        rows: 7,
        deadLetters: { ...nothing.deadLetters, next: new Map([[1, 2]]) },
      });
    },
  });
  thread.begin([]);
  await thread.room();
  thread.add(large());
  thread.add(large());
  const written = thread.flush();
  expect(seen).toEqual([]);
  await thread.room();
  expect(seen.slice(0, 2)).toEqual(["begin 0", "add 5000000"]);
  expect(await written).toMatchObject({ rows: 7, deadLetters: { next: new Map([[1, 2]]) } });
  expect(seen).toEqual(["begin 0", "add 5000000", "add 5000000", "flush"]);
  close();
});

it("the writer thread passes on failures with their codes", async () => {
  const { thread, close } = join({
    flush: () => Promise.reject(new DeltaError("STORAGE_FAILED", "the volume is full", { retriable: true })),
  });
  const failure = thread.flush();
  await expect(failure).rejects.toBeInstanceOf(DeltaError);
  await expect(failure).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: "the volume is full",
    retriable: true,
  });
  await expect(thread.room()).rejects.toThrow("the volume is full");
  close();
});

it("all calls that wait fail if the writer thread ends", async () => {
  const { thread, worker, failures, close } = join({ add: () => {}, flush: () => new Promise(() => {}) });
  thread.add(large());
  thread.add(large());
  const room = thread.room();
  const written = thread.flush();
  worker.emit("error", new Error("out of memory"));
  worker.emit("exit");
  await expect(room).rejects.toThrow("out of memory");
  await expect(written).rejects.toThrow("out of memory");
  expect(failures).toEqual(["out of memory"]);
  close();
});
