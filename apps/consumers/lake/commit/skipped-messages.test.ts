import { expect, it } from "vitest";
import { createLogger } from "../../../shared/logger";
import { SkippedMessages } from "./skipped-messages";

it("skipped messages are counted exactly, and logged a few at a time", () => {
  let now = 0;
  const lines: string[] = [];
  const logger = createLogger({ app: "lake", format: "pretty", write: (line) => lines.push(line) });
  const skipped = new SkippedMessages(logger, () => now);
  const at = { topic: "t", partition: 0 };
  for (let offset = 0; offset < 100; offset++) skipped.recordDeadLetter(at, offset, "it is not JSON");
  skipped.countDeadLetters(3);
  skipped.recordGap(at, 100, 150, "why");
  expect(lines).toHaveLength(5);
  now = 10_000;
  skipped.recordGap(at, 150, 160, "why");
  expect(lines.slice(5).map((line) => line.replace(/^\S+ /, "").trim())).toEqual([
    "warn  98 more dead letters",
    "warn  50 more offsets will never be in the table",
    "warn  10 offsets will never be in the table: why topic=t partition=0 from=150 to=159",
  ]);
  expect([skipped.deadLetters, skipped.missingOffsets]).toEqual([103, 60]);
});
