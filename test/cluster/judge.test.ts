import { describe, expect, it } from "vitest";
import type { TopicMessage } from "../support/kafka";
import type { Acknowledged } from "./device-log";
import { judgeDelivery } from "./judge";

const boot = 1_795_392_000_000;

interface Place {
  readonly seq: number;
  readonly partition?: number;
  readonly sensor?: string;
  readonly boot?: number;
  readonly device?: string;
}

/** A topic "t" with these observations of sensor "s" of device "d", each partition in this order. */
function topicOf(places: readonly Place[]): Map<string, TopicMessage> {
  const ends = new Map<number, number>();
  return new Map(
    places.map(({ seq, partition = 0, ...more }) => {
      const offset = ends.get(partition) ?? 0;
      ends.set(partition, offset + 1);
      const observation = { device: "d", sensor: "s", boot, seq, timestamp: "", value: 0, ...more };
      const message = {
        topic: "t",
        partition,
        offset,
        key: "s",
        timestampMs: 0,
        value: JSON.stringify(observation),
      };
      return [`t/${partition}/${offset}`, message];
    }),
  );
}

/** Acknowledgements of sensor "s" at these offsets of partition 0, numbered from 0. */
const acknowledged = (...offsets: readonly (number | undefined)[]): Acknowledged[] =>
  offsets.map((offset, seq) => ({ sensor: "s", seq, partition: 0, offset, atMs: 0 }));

const judge = (lives: readonly (readonly Acknowledged[])[], places: readonly Place[]) =>
  judgeDelivery([{ device: "d", topic: "t", lives }], topicOf(places)).problems;

describe("a correct topic", () => {
  it("has no problems, and is counted", () => {
    const messages = topicOf([{ seq: 0 }, { seq: 1 }, { seq: 2 }]);
    const devices = [{ device: "d", topic: "t", lives: [acknowledged(0, 1, 2)] }];
    expect(judgeDelivery(devices, messages)).toEqual({ problems: [], acknowledged: 3, messages: 3 });
  });

  it("may hold more than was acknowledged, and observations acknowledged without an offset", () => {
    expect(judge([acknowledged(0, undefined)], [{ seq: 0 }, { seq: 1 }, { seq: 2 }])).toEqual([]);
  });

  it("is judged for each process of a device separately", () => {
    const places = [{ seq: 0 }, { seq: 1 }, { seq: 0, boot: boot + 1 }];
    expect(judge([acknowledged(0, 1), acknowledged(2)], places)).toEqual([]);
  });

  it("may hold messages of other devices in between", () => {
    const places = [{ seq: 0, device: "e" }, { seq: 0 }, { seq: 1, device: "e" }, { seq: 1 }];
    expect(judge([acknowledged(1, 3)], places)).toEqual([]);
  });
});

describe("the judge reports as lost", () => {
  it("an acknowledged message behind the end of its partition", () => {
    expect(judge([acknowledged(0, 1)], [{ seq: 0 }])).toEqual([
      "lost: d/s #1 was acknowledged at t/0/1, where nothing is",
      `lost: d/s since ${boot} #1 is nowhere, though a later one was acknowledged`,
    ]);
  });

  it("a message at whose offset another one is, as after an unclean election", () => {
    expect(judge([acknowledged(0, 1, 2)], [{ seq: 0 }, { seq: 2 }, { seq: 3 }])).toEqual([
      `lost: d/s #1 was acknowledged at t/0/1, where d/s #2 since ${boot} is`,
      `lost: d/s #2 was acknowledged at t/0/2, where d/s #3 since ${boot} is`,
      `lost: d/s since ${boot} #1 is nowhere, though a later one was acknowledged`,
    ]);
  });

  it("a message that was acknowledged without an offset and is missing", () => {
    expect(judge([acknowledged(0, undefined)], [{ seq: 0 }])).toContain(
      "lost: d/s #1 was acknowledged in t/0, and is not there",
    );
  });

  it("everything of a process of which nothing is stored", () => {
    expect(judge([acknowledged(0), acknowledged(7)], [{ seq: 0 }])).toEqual([
      "d, life 2: nothing acknowledged is stored",
    ]);
  });
});

it("the judge finds a repeated message", () => {
  expect(judge([acknowledged(0, 1)], [{ seq: 0 }, { seq: 1 }, { seq: 1 }])).toEqual([
    `twice: d/s since ${boot} #1 at 0/2`,
  ]);
});

it("the judge finds a repeated message of which only the second was acknowledged", () => {
  expect(judge([acknowledged(0, 2)], [{ seq: 0 }, { seq: 1 }, { seq: 1 }])).toEqual([
    `twice: d/s since ${boot} #1 at 0/2`,
  ]);
});

it("the judge finds messages in the wrong order", () => {
  expect(judge([acknowledged(0, 2, 1)], [{ seq: 0 }, { seq: 2 }, { seq: 1 }])).toEqual([
    `order: d/s since ${boot} #1 at 0/2 comes after #2`,
  ]);
});

it("the judge finds a sensor whose observations are in two partitions", () => {
  expect(judge([acknowledged(0)], [{ seq: 0 }, { seq: 1, partition: 1 }])).toEqual([
    `order: d/s since ${boot} is in partitions 0, 1`,
  ]);
});

it("the judge finds a process that has used the boot of another", () => {
  expect(judge([acknowledged(0), acknowledged(0)], [{ seq: 0 }])).toContain(
    `d, life 2: boot ${boot} is an earlier life's`,
  );
});

it("the judge finds a log without some lines, whose acknowledgements cannot be checked", () => {
  const [first, , third] = acknowledged(0, 1, 2);
  expect(judge([[first!, third!]], [{ seq: 0 }, { seq: 1 }, { seq: 2 }])).toEqual([
    "d/s, life 1: its log goes from #0 to #2",
  ]);
});
