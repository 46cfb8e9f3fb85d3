import { expect, it } from "vitest";
import { CommittedOffsets } from "./committed-offsets";

it("knows what groups have committed, and of which it does not know", () => {
  const committed = new CommittedOffsets();
  expect(committed.of("lake", "t", 0)).toBe("unknown");
  committed.learn("lake", [
    { topic: "t", partition: 0, offset: 7, errorCode: 0 },
    { topic: "t", partition: 1, offset: -1, errorCode: 0 },
    { topic: "t", partition: 2, offset: -1, errorCode: 30 },
  ]);
  const of = (group: string) => [0, 1, 2, 3].map((partition) => committed.of(group, "t", partition));
  expect(of("lake")).toEqual([7, "none", "unknown", "none"]);
  expect(of("console")).toEqual(["unknown", "unknown", "unknown", "unknown"]);
  committed.learn("lake", []);
  expect(of("lake")).toEqual(["none", "none", "none", "none"]);
});
