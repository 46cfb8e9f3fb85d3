import type { MessagePort, Worker } from "node:worker_threads";
import { DeltaError, type DeltaErrorCode } from "../../../shared/delta/errors";
import { type MessageChunk, transferables } from "./message-chunk";
import type { RowSink, RowWriter, WriterPartition, WrittenRows } from "./row-writer";

type Request =
  | { readonly kind: "begin"; readonly partitions: readonly WriterPartition[] }
  | { readonly kind: "add"; readonly chunk: MessageChunk }
  | { readonly kind: "flush" };

type Reply =
  | { readonly kind: "added"; readonly bytes: number }
  | { readonly kind: "flushed"; readonly written: WrittenRows }
  | { readonly kind: "failed"; readonly failure: Failure };

/** An error for another thread: messages between threads keep neither its class nor its fields. */
interface Failure {
  readonly code: DeltaErrorCode | undefined;
  readonly message: string;
  readonly retriable: boolean;
}

/** While this many bytes wait for the thread, there is no room for more messages. */
const maxUnreadBytes = 8 * 2 ** 20;

/**
 * A {@link RowWriter} in a thread of its own, so that parsing JSON and encoding Parquet delay neither reading from Kafka nor heartbeats.
 */
export class WriterThread implements RowSink {
  private unreadBytes = 0;
  private failure: Error | undefined;
  private readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  private readonly flushes: {
    readonly resolve: (written: WrittenRows) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  /** @param onFailed called when the thread cannot continue, even if no call waits for it */
  constructor(
    private readonly worker: Worker,
    private readonly onFailed: (error: Error) => void,
  ) {
    worker.on("message", (reply: Reply) => this.take(reply));
    worker.on("error", (error: Error) => this.fail(error));
    worker.on("exit", () => this.fail(new Error("the thread that writes rows has ended")));
  }

  begin(partitions: readonly WriterPartition[]): void {
    this.send({ kind: "begin", partitions });
  }

  add(chunk: MessageChunk): void {
    this.unreadBytes += chunk.bytes.length;
    this.send({ kind: "add", chunk }, transferables(chunk));
  }

  room(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.unreadBytes <= maxUnreadBytes) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  flush(): Promise<WrittenRows> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.send({ kind: "flush" });
    return new Promise((resolve, reject) => this.flushes.push({ resolve, reject }));
  }

  private send(request: Request, transferred: ArrayBuffer[] = []): void {
    this.worker.postMessage(request, transferred);
  }

  private take(reply: Reply): void {
    if (reply.kind === "added") {
      this.unreadBytes -= reply.bytes;
      if (this.unreadBytes <= maxUnreadBytes) for (const { resolve } of this.waiting.splice(0)) resolve();
    } else if (reply.kind === "flushed") {
      this.flushes.shift()?.resolve(reply.written);
    } else {
      const { code, message, retriable } = reply.failure;
      this.fail(code === undefined ? new Error(message) : new DeltaError(code, message, { retriable }));
    }
  }

  private fail(error: Error): void {
    if (this.failure === undefined) {
      this.failure = error;
      this.onFailed(error);
    }
    for (const { reject } of [...this.waiting.splice(0), ...this.flushes.splice(0)]) reject(error);
  }
}

/** The other end: runs a row writer for the thread behind `port`, which requests one flush at a time. */
export function serveRowWriter(port: MessagePort, writer: RowWriter): void {
  const reply = (message: Reply) => port.postMessage(message);
  const flush = () =>
    writer.flush().then(
      (written) => reply({ kind: "flushed", written }),
      (error: unknown) => reply({ kind: "failed", failure: failureOf(error) }),
    );
  port.on("message", (request: Request) => {
    if (request.kind === "begin") writer.begin(request.partitions);
    else if (request.kind === "add") {
      const { length: bytes } = request.chunk.bytes;
      writer.add(request.chunk);
      reply({ kind: "added", bytes });
    } else void flush();
  });
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DeltaError
    ? { code: error.code, message, retriable: error.retriable }
    : { code: undefined, message, retriable: false };
}
