import { describe, expect, it } from "vitest";
import { counted, escapeControls, showDuration } from "./text";

describe("text", () => {
  it("is escaped where a terminal would interpret it", () => {
    expect(escapeControls("a\u001b[31mb\nc\r\t\u0000\u009b\u202e\u007f")).toBe(
      "a\\u001b[31mb\\nc\\r\\t\\u0000\\u009b\\u202e\\u007f",
    );
    expect(escapeControls("Zürich 東京 🙂")).toBe("Zürich 東京 🙂");
  });

  it("shows counts with their noun", () => {
    expect([counted(0, "partition"), counted(1, "partition"), counted(2, "partition")]).toEqual([
      "0 partitions",
      "1 partition",
      "2 partitions",
    ]);
  });

  it("shows durations for people", () => {
    expect([0, 12.4, 999, 1000, 2500, 60_000].map(showDuration)).toEqual([
      "0 ms",
      "12 ms",
      "999 ms",
      "1 s",
      "2.5 s",
      "60 s",
    ]);
  });
});
