import { describe, expect, it } from "vitest";
import { megabyteBytes, parseSizeBytes } from "../../model/units";
import { duration, durationOrNever, size, sizeOrUnlimited } from "./fields";

describe("duration", () => {
  const schema = duration(10, 86_400_000);

  it.each([0, "0s", "9ms", "1.5ms", "25h", "soon"])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map((issue) => issue.message)).toEqual([
      'write a duration such as "500ms", "1s", "5m", or a number of seconds, from 10ms to 1d',
    ]);
  });

  it.each([
    ["10.5ms", "10ms"],
    [1.0005, "1s"],
  ])("must have whole milliseconds: not %j but %j", (wrong, right) => {
    expect(schema.safeParse(wrong).error?.issues.map((issue) => issue.message)).toEqual([
      `write it in whole milliseconds, such as "${right}"`,
    ]);
  });

  it("accepts its bounds", () => {
    expect([schema.parse("10ms"), schema.parse("1d")]).toEqual([10, 86_400_000]);
  });
});

describe("durationOrNever", () => {
  const schema = durationOrNever(1_000, 604_800_000);

  it("accepts a duration, and reads never as 0", () => {
    expect([schema.parse("7d"), schema.parse("never")]).toEqual([604_800_000, 0]);
  });

  it.each([0, "0s", "8d", "Never", ""])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map((issue) => issue.message)).toEqual([
      'write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1s to 7d, or "never"',
    ]);
  });
});

describe("size", () => {
  const schema = size(192 * megabyteBytes, 1_024 * megabyteBytes, "megabytes");

  it("accepts its bounds", () => {
    expect([schema.parse("192MB"), schema.parse("1GB")]).toEqual([201_326_592, 1_073_741_824]);
  });

  it.each([
    ["megabytes", "200.5MB", "200MB"],
    ["bytes", "200.1MB", "209820057B"],
  ] as const)("must have whole %s: not %j but %j", (step, wrong, right) => {
    const stepped = size(192 * megabyteBytes, 1_024 * megabyteBytes, step);
    expect(stepped.safeParse(wrong).error?.issues.map(({ message }) => message)).toEqual([
      `write it in whole ${step}, such as "${right}"`,
    ]);
    expect(stepped.parse(right)).toBe(parseSizeBytes(right));
  });

  it.each(["191MB", "1025MB", 256, "lots"])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map(({ message }) => message)).toEqual([
      'write a size such as "512MB", "1.5GB", from 192MB to 1GB',
    ]);
  });
});

describe("sizeOrUnlimited", () => {
  const schema = sizeOrUnlimited(megabyteBytes, 2 * megabyteBytes);

  it("accepts a size, and reads unlimited as Kafka's -1", () => {
    expect([schema.parse("1.5MB"), schema.parse("unlimited")]).toEqual([1_572_864, -1]);
  });

  it.each(["Unlimited", -1, "3MB"])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map(({ message }) => message)).toEqual([
      'write a size such as "512MB", "1.5GB", from 1MB to 2MB, or "unlimited"',
    ]);
  });
});
