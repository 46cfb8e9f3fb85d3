import { describe, expect, it } from "vitest";
import { Health } from "./health";

describe("health", () => {
  it("begins with the work", () => {
    const health = new Health();
    expect(health.report()).toEqual({ status: "starting", reason: "it has not begun its work yet" });
    health.healthy();
    expect(health.report()).toEqual({ status: "healthy" });
  });

  it("is sick for as long as a check complains, with all reasons in a line", () => {
    const health = new Health();
    let complaints: (string | undefined)[] = ["the brokers do not answer", undefined, "a commit hangs"];
    for (let index = 0; index < 3; index++) health.check(() => complaints[index]);
    expect(health.report()).toEqual({
      status: "starting",
      reason: "the brokers do not answer; a commit hangs",
    });
    health.healthy();
    expect(health.report()).toEqual({ status: "sick", reason: "the brokers do not answer; a commit hangs" });
    complaints = [];
    expect(health.report()).toEqual({ status: "healthy" });
  });
});
