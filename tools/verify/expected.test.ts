import { expect, it } from "vitest";
import { incarnationsOf } from "../../apps/shared/lake-table/incarnations";
import { lakeTopicsOf, runsOf, shrunkTopics, stragglers } from "./expected";

const incarnations = incarnationsOf(
  new Map([
    ["kafka-iot-sim-lake:device-10:0", 7],
    ["kafka-iot-sim-lake:device-2:1", 4],
    ["kafka-iot-sim-lake:device-2:0", -11],
    ["kafka-iot-sim-lake:device-2#2:0", 5],
    ["kafka-iot-sim-source:device-2:0:cluster:id", 3],
    ["kafka-iot-sim-source:device-2#2:0:cluster:other", 2],
    ["somebody-else", 12],
  ]),
);
const held = (partition: number, earliest: number, latest: number) => ({ partition, earliest, latest });

it("the runs that a table must hold follow from its transactions", () => {
  expect(runsOf(incarnations)).toEqual([
    { tableTopic: "device-2", partition: 0, first: 3, next: 10, isFirstIncarnation: true },
    { tableTopic: "device-2", partition: 1, first: 0, next: 4, isFirstIncarnation: true },
    { tableTopic: "device-2#2", partition: 0, first: 2, next: 5, isFirstIncarnation: false },
    { tableTopic: "device-10", partition: 0, first: 0, next: 7, isFirstIncarnation: true },
  ]);
});

it("stragglers are partitions that the current incarnation has not read to their end, or does not know", () => {
  const ends = new Map([
    ["device-2", [held(0, 0, 5), held(1, 0, 0), held(2, 8, 9)]],
    ["device-10", [held(0, 0, 8)]],
    ["new", [held(0, 0, 1)]],
  ]);
  expect(stragglers(incarnations, ends)).toEqual([
    { topic: "device-2", partition: 2, next: undefined, end: 9 },
    { topic: "device-10", partition: 0, next: 7, end: 8 },
    { topic: "new", partition: 0, next: undefined, end: 1 },
  ]);
});

it("topics that end before the offsets in the table are reported", () => {
  const ends = new Map([
    ["device-2", [held(0, 0, 5)]],
    ["device-10", [held(0, 0, 6)]],
  ]);
  expect(shrunkTopics(incarnations, ends)).toEqual([
    'topic "device-10" partition 0 ends at offset 6, but the table holds it up to 7: it was deleted and created again, or its ' +
      "brokers lost messages",
  ]);
});

it("the topics of lakes follow from their environments", () => {
  const environment = (topics: string, flushIntervalMs: number) => [
    "KAFKA_BOOTSTRAP_SERVERS=a:1",
    "CONSUMER_NAME=lake",
    "CONSUMER_GROUP=lake",
    `CONSUMER_TOPICS=${topics}`,
    "LAKE_PLANNED_TOPICS=a,b,c",
    `LAKE_FLUSH_INTERVAL_MS=${flushIntervalMs}`,
    "PATH=/bin",
  ];
  expect(lakeTopicsOf([environment("b,a", 500), environment("a", 2000)])).toEqual({
    read: ["a", "b"],
    unread: ["c"],
    flushIntervalMs: 2000,
  });
});
