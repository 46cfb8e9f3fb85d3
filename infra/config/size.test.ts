import { describe, expect, it } from "vitest";
import { megabyteBytes, parseSizeBytes, showSizeBytes } from "../model/units";
import { size, sizeOrUnlimited } from "./size";

describe("parseSizeBytes", () => {
  it.each([
    ["64B", 64],
    ["1kB", 1_024],
    ["1KiB", 1_024],
    ["512MB", 536_870_912],
    ["512 MiB", 536_870_912],
    ["1.5gb", 1_610_612_736],
    [" 1TB ", 1_099_511_627_776],
  ])("reads %j as %d bytes", (source, bytes) => {
    expect(parseSizeBytes(source)).toBe(bytes);
  });

  it.each(["", "MB", "512", "512m", "-1MB", "1e3MB", "1 M B", 512, null, true])("refuses %j", (source) => {
    expect(parseSizeBytes(source)).toBeUndefined();
  });
});

it.each([
  [0, "0B"],
  [1_000, "1000B"],
  [1_024, "1kB"],
  [402_653_184, "384MB"],
  [1_610_612_736, "1536MB"],
  [2_147_483_647, "2147483647B"],
  [68_719_476_736, "64GB"],
])("shows %d bytes as %s", (bytes, shown) => {
  expect(showSizeBytes(bytes)).toBe(shown);
});

describe("size", () => {
  const schema = size(192 * megabyteBytes, 1_024 * megabyteBytes, "megabytes");

  it("takes its bounds", () => {
    expect([schema.parse("192MB"), schema.parse("1GB")]).toEqual([201_326_592, 1_073_741_824]);
  });

  it.each([
    ["megabytes", "200.5MB", "200MB"],
    ["bytes", "200.1MB", "209820057B"],
  ] as const)("is of whole %s: %j is not, %j is", (step, wrong, right) => {
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

  it("takes a size, and unlimited as Kafka's -1", () => {
    expect([schema.parse("1.5MB"), schema.parse("unlimited")]).toEqual([1_572_864, -1]);
  });

  it.each(["Unlimited", -1, "3MB"])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map(({ message }) => message)).toEqual([
      'write a size such as "512MB", "1.5GB", from 1MB to 2MB, or "unlimited"',
    ]);
  });
});
