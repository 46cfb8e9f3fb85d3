import { EventEmitter } from "node:events";
import type { Consumer } from "../transport/kafkajs-internals";
import { beforeEach, describe, expect, it } from "vitest";
import { ConsumerHealth } from "./consumer-health";

describe("the health of a consumer", () => {
  let nowMs: number;
  let health: ConsumerHealth;
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
    health.answered([{ topic: "t", partition: 0, from: 0, end: 0 }]);
  };
  /** Lets so many seconds pass in which something happens each second. */
  const each = (seconds: number, happens: () => void = () => {}) => {
    for (let second = 0; second < seconds; second++) {
      nowMs += 1_000;
      happens();
    }
    return health.complaint;
  };

  beforeEach(() => {
    nowMs = 0;
    health = new ConsumerHealth(() => nowMs);
    health.observe(consumer());
  });

  it("is good while the group and the brokers answer", () => {
    joined();
    expect(
      each(120, () => {
        heartbeat();
        answered("Fetch");
        nothingMore();
      }),
    ).toBeUndefined();
  });

  it("is bad if no group was ever joined", () => {
    expect(each(24)).toBeUndefined();
    expect(each(1)).toBe("its group has not answered for 25 s");
    joined();
    expect(health.complaint).toBeUndefined();
  });

  it("is bad if the group or the brokers do not answer", () => {
    joined();
    expect(
      each(25, () => {
        answered("Fetch");
        nothingMore();
      }),
    ).toBe("its group has not answered for 25 s");
    heartbeat();
    expect(health.complaint).toBeUndefined();
    answered("Fetch");
    expect(
      each(25, () => {
        heartbeat();
        answered("Metadata");
      }),
    ).toBe("the brokers have not answered a fetch for 25 s");
    answered("Fetch");
    nothingMore();
    expect(health.complaint).toBeUndefined();
  });

  it("is bad if one consumer after the other gets no answer", () => {
    const comeAndGo = () => {
      health.observe(consumer());
      joined();
    };
    expect(each(26, comeAndGo)).toBe("the brokers have not answered a fetch for 25 s");
    answered("Fetch");
    nothingMore();
    expect(health.complaint).toBeUndefined();
  });

  it("does not depend on brokers for a member without partitions, nor without anything to read", () => {
    joined({ t: [] });
    expect(each(60, heartbeat)).toBeUndefined();
    joined();
    expect(each(60, () => health.nothingToRead())).toBeUndefined();
  });

  it("is bad if a batch makes no progress, although the group answers", async () => {
    joined();
    let finish = () => {};
    const handled = health.handling(() => new Promise((resolve) => (finish = resolve)));
    expect(
      each(90, () => {
        heartbeat();
        health.progressed();
        health.read("t", 0, nowMs);
      }),
    ).toBeUndefined();
    expect(each(25, heartbeat)).toBe("a batch has made no progress for 25 s");
    health.progressed();
    health.read("t", 0, nowMs);
    expect(health.complaint).toBeUndefined();
    expect(each(25, heartbeat)).toBe("a batch has made no progress for 25 s");
    finish();
    await handled;
    nothingMore();
    expect(health.complaint).toBeUndefined();
    expect(each(25, heartbeat)).toBe("the brokers have not answered a fetch for 25 s");
  });

  it("is good again after a batch that failed", async () => {
    joined();
    const failed = health.handling(() => Promise.reject(new Error("rebalance")));
    await expect(failed).rejects.toThrow("rebalance");
    expect(
      each(60, () => {
        heartbeat();
        answered("Fetch");
        nothingMore();
      }),
    ).toBeUndefined();
  });

  it("is bad, with the reason, if answers cannot be read, however often reading begins again", () => {
    const startAgain = () => {
      health.observe(consumer());
      joined();
      heartbeat();
      answered("Fetch");
      health.failed("reading stopped (Snappy compression not implemented)");
    };
    expect(each(25, startAgain)).toBeUndefined();
    expect(each(1, startAgain)).toBe(
      "t/0 has not been read for 25 s: reading stopped (Snappy compression not implemented)",
    );
    expect(health.waiting).toBe(
      "it has not read anything yet: reading stopped (Snappy compression not implemented)",
    );
    nothingMore();
    expect(health.complaint).toBeUndefined();
    expect(health.waiting).toBeUndefined();
    // What went wrong before does not explain what goes wrong now.
    expect(
      each(25, () => {
        heartbeat();
        answered("Fetch");
      }),
    ).toBe("t/0 has not been read for 25 s");
  });

  it("is bad if the group rebalances again and again", () => {
    expect(
      each(26, () => {
        joined();
        answered("Fetch");
        health.failed("its group is rebalancing");
      }),
    ).toBe("t/0 has not been read for 25 s: its group is rebalancing");
  });

  describe("in a group that rebalances every five seconds for ever, with messages waiting", () => {
    /** Messages wait in partition 0 of t, and its leader says so. */
    const behind = () => health.answered([{ topic: "t", partition: 0, from: 0, end: 100 }]);
    const failingBatch = () =>
      health
        .handling(() => Promise.reject(new Error("rebalance")), { topic: "t", partition: 0 })
        .catch(() => {});
    /** The seconds from 1 to 60 in which a health check finds something wrong, and what it finds first. */
    const complaintsOver = async (each: (second: number) => unknown) => {
      const unhealthy: number[] = [];
      let first: string | undefined;
      for (let second = 1; second <= 60; second++) {
        nowMs += 1_000;
        heartbeat();
        await each(second);
        const { complaint } = health;
        if (complaint === undefined) continue;
        first ??= complaint;
        unhealthy.push(second);
      }
      return { first, unhealthy };
    };
    const everySecondFrom = (first: number) => Array.from({ length: 61 - first }, (_, at) => first + at);

    it.each<[string, (second: number) => unknown]>([
      [
        "the consumer joins again and again",
        async () => {
          joined();
          answered("Fetch");
          behind();
          await failingBatch();
        },
      ],
      [
        "kafkajs reports the rebalance",
        () => {
          health.failed("its group is rebalancing");
          joined();
          answered("Fetch");
          behind();
        },
      ],
      [
        "answers are dropped silently",
        (second) => {
          joined();
          if (second > 10) return;
          answered("Fetch");
          behind();
        },
      ],
      [
        "a rival takes the partition every other time",
        (second) => {
          joined((second / 5) % 2 === 0 ? { t: [0] } : {});
          if ((second / 5) % 2 !== 0) return;
          answered("Fetch");
          behind();
        },
      ],
      ["a rival has taken all partitions", () => joined({})],
    ])("is unhealthy after 25 s and stays so: %s", async (_how, rebalance) => {
      joined();
      const { first, unhealthy } = await complaintsOver((second) =>
        second % 5 === 0 ? rebalance(second) : undefined,
      );
      expect(unhealthy).toEqual(everySecondFrom(25));
      expect(first).toMatch(
        /^(t\/0 has not been read for 25 s: its group (is|keeps) rebalancing|the brokers have not answered a fetch for 25 s)$/,
      );
    });

    it("is unhealthy if it never gets a partition", async () => {
      const { first, unhealthy } = await complaintsOver((second) =>
        second % 5 === 0 ? joined({}) : undefined,
      );
      expect(unhealthy).toEqual(everySecondFrom(30));
      expect(first).toBe("its group has not stopped rebalancing for 25 s");
    });

    it("is healthy if all messages are read between, or there are none", async () => {
      for (const end of [0, 1_000])
        await expect(
          complaintsOver((second) => {
            if (second % 5 === 0) joined((second / 5) % 2 === 0 ? { t: [0] } : {});
            if (second % 5 !== 1) return;
            answered("Fetch");
            health.answered([{ topic: "t", partition: 0, from: 0, end }]);
            if (end > 0) health.read("t", 0, nowMs);
          }),
        ).resolves.toEqual({ first: undefined, unhealthy: [] });
    });
  });

  it("is healthy through a normal rebalance, and while another member has its partitions", () => {
    const reads = () => {
      heartbeat();
      answered("Fetch");
      health.read("t", 0, nowMs);
      health.read("t", 1, nowMs);
      health.answered([{ topic: "t", partition: 2, from: 0, end: 0 }]);
    };
    joined({ t: [0, 1, 2] });
    expect(each(60, reads)).toBeUndefined();
    health.failed("its group is rebalancing");
    expect(each(9, heartbeat)).toBeUndefined();
    joined({ t: [0] });
    for (let second = 0; second < 120; second++)
      expect(
        each(1, () => {
          heartbeat();
          answered("Fetch");
          health.read("t", 0, nowMs);
        }),
      ).toBeUndefined();
    // The other member leaves, and this one has its partitions again.
    health.failed("its group is rebalancing");
    expect(each(9, heartbeat)).toBeUndefined();
    joined({ t: [0, 1, 2] });
    expect(each(60, reads)).toBeUndefined();
  });
});
