import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLogger } from "../../../shared/logger";
import { MaintenanceThread } from "./maintenance-thread";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

class FakeWorker extends EventEmitter {
  terminated = false;
  terminate(): Promise<number> {
    this.terminated = true;
    return Promise.resolve(1);
  }
}

function start() {
  const workers: FakeWorker[] = [];
  const lines: string[] = [];
  const logger = createLogger({ app: "lake", format: "pretty", write: (line) => lines.push(line) });
  const maintenanceThread = new MaintenanceThread(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  }, logger);
  return { workers, lines, maintenanceThread };
}

it("the thread is started again a minute after its end, with the reason in the log", () => {
  const { workers, lines } = start();
  workers[0]!.emit("error", new Error("out of memory"));
  workers[0]!.emit("exit", 1);
  vi.advanceTimersByTime(59_999);
  expect(workers).toHaveLength(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("has failed (out of memory): starting it again in a minute");
  vi.advanceTimersByTime(1);
  expect(workers).toHaveLength(2);
});

it("the thread is stopped for good, without a log line", async () => {
  const { workers, lines, maintenanceThread } = start();
  await maintenanceThread.stop();
  workers[0]!.emit("exit", 1);
  vi.advanceTimersByTime(120_000);
  expect([workers.length, workers[0]!.terminated, lines]).toEqual([1, true, []]);
});

it("the thread is not started again if it is stopped during the pause", async () => {
  const { workers, maintenanceThread } = start();
  workers[0]!.emit("exit", 1);
  await maintenanceThread.stop();
  vi.advanceTimersByTime(120_000);
  expect(workers).toHaveLength(1);
});
