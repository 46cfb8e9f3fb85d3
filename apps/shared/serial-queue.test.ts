import { describe, expect, it } from "vitest";
import { SerialQueue } from "./serial-queue";

/** Work that a test ends. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, resolve, reject };
}

const microtasks = () => new Promise((resolve) => setImmediate(resolve));

describe("a serial queue", () => {
  it("starts work only after all work that was added before has ended", async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const first = pending();
    const results = [
      queue.run(async () => {
        log.push("first begins");
        const result = await first.work();
        log.push("first ends");
        return result;
      }),
      queue.run(() => {
        log.push("second");
        return 2;
      }),
      queue.run(() => Promise.resolve(log.push("third"))),
    ];
    await microtasks();
    expect(log).toEqual(["first begins"]);
    first.resolve("one");
    await expect(Promise.all(results)).resolves.toEqual(["one", 2, 4]);
    expect(log).toEqual(["first begins", "first ends", "second", "third"]);
  });

  it("rejects only the failed work, and goes on with the next", async () => {
    const queue = new SerialQueue();
    const first = pending();
    const failed = queue.run(first.work);
    const thrown = queue.run(() => {
      throw new Error("thrown at once");
    });
    const next = queue.run(() => "done");
    first.reject(new Error("rejected"));
    await expect(failed).rejects.toThrow("rejected");
    await expect(thrown).rejects.toThrow("thrown at once");
    await expect(next).resolves.toBe("done");
  });

  it("never runs work synchronously, even if it is empty", async () => {
    let ran = false;
    const result = new SerialQueue().run(() => void (ran = true));
    expect(ran).toBe(false);
    await result;
    expect(ran).toBe(true);
  });
});
