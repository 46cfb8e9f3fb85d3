import { describe, expect, it } from "vitest";
import { StallWatch } from "./stall-watch";

describe("a stall watch", () => {
  const setUp = () => {
    const clock = { ms: 1_000 };
    return { clock, watch: new StallWatch(() => clock.ms) };
  };

  it("complains once work has made no progress for 25 s, until there is progress", () => {
    const { clock, watch } = setUp();
    watch.begin();
    clock.ms += 24_999;
    expect(watch.complaint("nothing was sent")).toBeUndefined();
    clock.ms += 1;
    expect(watch.complaint("nothing was sent")).toBe("nothing was sent for 25 s");
    clock.ms += 36_000;
    expect(watch.complaint("nothing was sent")).toBe("nothing was sent for 61 s");
    watch.progress();
    clock.ms += 24_999;
    expect(watch.complaint("nothing was sent")).toBeUndefined();
  });

  it("does not complain about work that is not in progress", () => {
    const { clock, watch } = setUp();
    watch.progress();
    clock.ms += 60_000;
    expect(watch.complaint("nothing")).toBeUndefined();
    watch.begin();
    watch.end();
    clock.ms += 60_000;
    expect(watch.complaint("nothing")).toBeUndefined();
  });

  it("uses another limit if one is given", () => {
    const { clock, watch } = setUp();
    watch.begin();
    clock.ms += 39_999;
    expect(watch.complaint("rows wait", 40_000)).toBeUndefined();
    clock.ms += 1;
    expect(watch.complaint("rows wait", 40_000)).toBe("rows wait for 40 s");
  });
});
