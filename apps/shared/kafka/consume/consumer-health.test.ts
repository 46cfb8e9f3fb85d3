import { EventEmitter } from "node:events";
import type { Consumer } from "kafkajs";
import { beforeEach, describe, expect, it } from "vitest";
import { ConsumerPulse } from "./consumer-health";

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
  /** A leader answers for partition 0 of t, and there is nothing more to read. */
  const nothingMore = () => {
    pulse.answered([{ topic: "t", partition: 0, from: 0, end: 0 }]);
  };
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
    expect(
      each(120, () => {
        heartbeat();
        answered("Fetch");
        nothingMore();
      }),
    ).toBeUndefined();
  });

  it("is missed when no group was ever joined", () => {
    expect(each(24)).toBeUndefined();
    expect(each(1)).toBe("its group has not answered for 25 s");
    joined();
    expect(pulse.complaint).toBeUndefined();
  });

  it("is missed when the group is silent, or the brokers are", () => {
    joined();
    expect(
      each(25, () => {
        answered("Fetch");
        nothingMore();
      }),
    ).toBe("its group has not answered for 25 s");
    heartbeat();
    expect(pulse.complaint).toBeUndefined();
    answered("Fetch");
    expect(
      each(25, () => {
        heartbeat();
        answered("Metadata");
      }),
    ).toBe("the brokers have not answered a fetch for 25 s");
    answered("Fetch");
    nothingMore();
    expect(pulse.complaint).toBeUndefined();
  });

  it("is missed when consumers come and go, all of them without an answer", () => {
    const comeAndGo = () => {
      pulse.follow(consumer());
      joined();
    };
    expect(each(26, comeAndGo)).toBe("the brokers have not answered a fetch for 25 s");
    answered("Fetch");
    nothingMore();
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
        pulse.read("t", 0, nowMs);
      }),
    ).toBeUndefined();
    expect(each(25, heartbeat)).toBe("a batch has made no progress for 25 s");
    pulse.progressed();
    pulse.read("t", 0, nowMs);
    expect(pulse.complaint).toBeUndefined();
    expect(each(25, heartbeat)).toBe("a batch has made no progress for 25 s");
    finish();
    await handled;
    nothingMore();
    expect(pulse.complaint).toBeUndefined();
    expect(each(25, heartbeat)).toBe("the brokers have not answered a fetch for 25 s");
  });

  it("goes on after a batch that failed", async () => {
    joined();
    const failed = pulse.handling(() => Promise.reject(new Error("rebalance")));
    await expect(failed).rejects.toThrow("rebalance");
    expect(
      each(60, () => {
        heartbeat();
        answered("Fetch");
        nothingMore();
      }),
    ).toBeUndefined();
  });

  it("is missed when answers come that cannot be read, with the reason, however often reading begins again", () => {
    const startAgain = () => {
      pulse.follow(consumer());
      joined();
      heartbeat();
      answered("Fetch");
      pulse.failed("reading stopped (Snappy compression not implemented)");
    };
    expect(each(25, startAgain)).toBeUndefined();
    expect(each(1, startAgain)).toBe(
      "t/0 has not been read for 25 s: reading stopped (Snappy compression not implemented)",
    );
    expect(pulse.waiting).toBe(
      "it has not read anything yet: reading stopped (Snappy compression not implemented)",
    );
    nothingMore();
    expect(pulse.complaint).toBeUndefined();
    expect(pulse.waiting).toBeUndefined();
    // What went wrong before does not explain what goes wrong now.
    expect(
      each(25, () => {
        heartbeat();
        answered("Fetch");
      }),
    ).toBe("t/0 has not been read for 25 s");
  });

  it("is missed when its group rebalances again and again", () => {
    expect(
      each(26, () => {
        joined();
        answered("Fetch");
        pulse.failed("its group is rebalancing");
      }),
    ).toBe("t/0 has not been read for 25 s: its group is rebalancing");
  });
});
