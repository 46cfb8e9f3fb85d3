import { EventEmitter } from "node:events";
import type { Consumer } from "kafkajs";
import { beforeEach, describe, expect, it } from "vitest";
import { ConsumerPulse } from "./consumer-pulse";

describe("a consumer's pulse", () => {
  let nowMs: number;
  let pulse: ConsumerPulse;
  let emitter: EventEmitter;

  const consumer = () => {
    emitter = new EventEmitter();
    const events = { GROUP_JOIN: "join", HEARTBEAT: "heartbeat", REQUEST: "request" };
    return Object.assign(emitter, { events }) as unknown as Consumer;
  };
  const joined = (memberAssignment: Record<string, number[]> = { t: [0] }) =>
    emitter.emit("join", { payload: { memberAssignment } });
  const heartbeat = () => emitter.emit("heartbeat", {});
  const answered = (apiName: string) => emitter.emit("request", { payload: { apiName } });
  /** Lets so many seconds pass in which something happens each second. */
  const each = (seconds: number, happens: () => void = () => {}) => {
    for (let second = 0; second < seconds; second++) {
      nowMs += 1_000;
      happens();
    }
    return pulse.complaint;
  };

  beforeEach(() => {
    nowMs = 0;
    pulse = new ConsumerPulse(() => nowMs);
    pulse.follow(consumer());
  });

  it("beats while group and brokers answer", () => {
    joined();
    expect(each(120, () => [heartbeat(), answered("Fetch")])).toBeUndefined();
  });

  it("is missed when no group was ever joined", () => {
    expect(each(29)).toBeUndefined();
    expect(each(1)).toBe("its group has not answered for 30 s");
    joined();
    expect(pulse.complaint).toBeUndefined();
  });

  it("is missed when the group is silent, or the brokers are", () => {
    joined();
    expect(each(30, () => answered("Fetch"))).toBe("its group has not answered for 30 s");
    heartbeat();
    expect(pulse.complaint).toBeUndefined();
    answered("Fetch");
    expect(each(30, () => [heartbeat(), answered("Metadata")])).toBe(
      "the brokers have not answered a fetch for 30 s",
    );
    answered("Fetch");
    expect(pulse.complaint).toBeUndefined();
  });

  it("is missed when consumers come and go, all of them without an answer", () => {
    const comeAndGo = () => {
      pulse.follow(consumer());
      joined();
    };
    expect(each(31, comeAndGo)).toBe("the brokers have not answered a fetch for 30 s");
    answered("Fetch");
    expect(pulse.complaint).toBeUndefined();
  });

  it("is not missed at brokers by a member without partitions, nor where there is nothing to read", () => {
    joined({ t: [] });
    expect(each(60, heartbeat)).toBeUndefined();
    joined();
    expect(each(60, () => pulse.nothingToRead())).toBeUndefined();
  });

  it("is missed when a batch makes no progress, however lively the group", async () => {
    joined();
    let finish = () => {};
    const handled = pulse.handling(() => new Promise((resolve) => (finish = resolve)));
    expect(
      each(90, () => {
        heartbeat();
        pulse.progressed();
      }),
    ).toBeUndefined();
    expect(each(30, heartbeat)).toBe("a batch has made no progress for 30 s");
    pulse.progressed();
    expect(pulse.complaint).toBeUndefined();
    expect(each(30, heartbeat)).toBe("a batch has made no progress for 30 s");
    finish();
    await handled;
    expect(pulse.complaint).toBeUndefined();
    expect(each(30, heartbeat)).toBe("the brokers have not answered a fetch for 30 s");
  });

  it("goes on after a batch that failed", async () => {
    joined();
    const failed = pulse.handling(() => Promise.reject(new Error("rebalance")));
    await expect(failed).rejects.toThrow("rebalance");
    expect(each(60, () => [heartbeat(), answered("Fetch")])).toBeUndefined();
  });
});
