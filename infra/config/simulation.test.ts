import { describe, expect, it } from "vitest";
import { parseStackConfig } from "./parse";
import { noFiles, problemsWith } from "../testing/config";

const spec = (raw: Record<string, unknown>) => parseStackConfig("dev", raw, noFiles);

describe("the seed", () => {
  it.each([
    [7, "7"],
    [-1, "-1"],
    ["night shift", "night shift"],
  ])("can be %j", (seed, text) => {
    expect(spec({ seed }).seed).toBe(text);
  });

  it.each([[""], [1.5], [true], ["x".repeat(101)]])("cannot be %j", (seed) => {
    expect(problemsWith({ seed })[0]).toMatch(
      /^seed: found .*; write a whole number, or a text of 1 to 100 characters$/,
    );
  });
});

describe("history", () => {
  const dayMs = 86_400_000;
  it.each([
    [undefined, undefined],
    ["24h", { lengthMs: dayMs, fromMs: undefined }],
    [3_600, { lengthMs: 3_600_000, fromMs: undefined }],
    ["3650d", { lengthMs: 3_650 * dayMs, fromMs: undefined }],
    ["2026-11-20", { lengthMs: 3 * dayMs, fromMs: Date.parse("2026-11-20T00:00:00Z") }],
    ["2026-11-22T12:00:00Z", { lengthMs: dayMs / 2, fromMs: Date.parse("2026-11-22T12:00:00Z") }],
    ["2026-11-22T14:00+02:00", { lengthMs: dayMs / 2, fromMs: Date.parse("2026-11-22T12:00:00Z") }],
    ["2026-11-20 00:00:00 +0000 UTC", { lengthMs: 3 * dayMs, fromMs: Date.parse("2026-11-20T00:00:00Z") }],
    [
      "2026-11-22 13:30:00.5 +0130 +0130",
      { lengthMs: dayMs / 2 - 500, fromMs: Date.parse("2026-11-22T12:00:00.500Z") },
    ],
    [
      "2026-11-22T12:00:00.000001Z",
      { lengthMs: dayMs / 2 - 1, fromMs: Date.parse("2026-11-22T12:00:00.001Z") },
    ],
  ])("can be %j", (backfill, history) => {
    expect(spec({ backfill }).history).toEqual(history);
  });

  const form =
    'write a duration from 1s to 3650d, such as "24h" or "7d", or a time in the past such as "2026-11-23T00:00:00Z"';
  it.each([
    ["3651d", form],
    [0, form],
    ["yesterday", form],
    ["2026-02-30", form],
    ["2026-11-22T12:00:00", form],
    ["2026-11-23T00:00:00Z", "write a time in the past; now it is 2026-11-23T00:00:00Z"],
    ["2016-11-24", "write a time of the last ten years, from 2016-11-25T00:00:00Z on"],
  ])("cannot be %j", (backfill, remedy) => {
    expect(problemsWith({ backfill })).toEqual([`backfill: found ${JSON.stringify(backfill)}; ${remedy}`]);
  });
});

describe("rates", () => {
  it.each([
    [{ speed: 0 }, "speed: found 0; write a whole number from 1 to 10000"],
    [
      { maxRate: 8 },
      "maxRate: found 8; raise it to at least 9, the rate at which the devices make messages, or lengthen their intervals",
    ],
    [
      { maxRate: 17, speed: 2 },
      "maxRate: found 17; raise it to at least 18, the rate at which the devices make messages, or lengthen their intervals",
    ],
    [
      { devices: 1, sensors: [{ name: "s", interval: "10ms" }], speed: 1_001 },
      "devices: found 1; lengthen intervals (10ms to 20ms) or lower speed to at most 1000: a container would have to send 100,100 messages/s, and sends at most 100,000",
    ],
    [
      { devices: [{ name: "m", count: 2_000, sensors: 51 }] },
      "devices[0].devicesPerContainer: found 10000; lower it to at most 1960 or lengthen intervals (1s to 1020ms): a container would have to send 102,000 messages/s, and sends at most 100,000",
    ],
    [
      { devices: [{ name: "m", count: 20_001, interval: "100ms", sensors: 1 }] },
      'devices: found [{"name":"m","count":20001,"interval":"100ms","sensors":1}]; have fewer of them, set brokers to 4 or lengthen intervals (100ms to 110ms): each broker would have to take 200,010 messages/s with all copies, and takes 200,000',
    ],
    [
      { devices: [{ name: "m", count: 30_000, interval: "100ms", sensors: 1 }], replicationFactor: 1 },
      'devices: found [{"name":"m","count":30000,"interval":"100ms","sensors":1}]; have fewer of them, set brokers to 2 or lengthen intervals (100ms to 150ms): each broker would have to take 300,000 messages/s with all copies, and takes 200,000',
    ],
    [
      {
        devices: [{ name: "m", count: 1_500, devicesPerContainer: 1_500, sensors: 100 }],
        brokers: 9,
        speed: 2,
        replicationFactor: 1,
      },
      "devices[0].devicesPerContainer: found 1500; lower it to at most 500 or lengthen intervals (1s to 3s): a container would have to send 300,000 messages/s, and sends at most 100,000",
    ],
  ])("cannot be those of %j", (raw, problem) => {
    expect(problemsWith(raw)).toEqual([problem]);
  });

  it.each([
    [{ maxRate: 9 }],
    [
      {
        maxRate: 3,
        devices: [
          {
            name: "m",
            count: 10,
            sensors: [
              { name: "a", interval: "10s" },
              { name: "b", interval: "5s" },
            ],
          },
        ],
      },
    ],
    [{ maxRate: 600, devices: [{ name: "m", count: 2_000, sensors: 1, interval: "10s" }], speed: 3 }],
    [{ devices: 1, sensors: [{ name: "s", interval: "10ms" }], speed: 1_000 }],
    [{ devices: [{ name: "m", count: 20_000, interval: "100ms", sensors: 1 }] }],
  ])("can be those of %j", (raw) => {
    expect(problemsWith(raw)).toEqual([]);
  });
});
