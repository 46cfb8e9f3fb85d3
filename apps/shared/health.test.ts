import { describe, expect, it } from "vitest";
import { Health } from "./health";

describe("health", () => {
  it("is starting until the work starts", () => {
    const health = new Health();
    expect(health.report()).toEqual({ status: "starting", reason: "it has not started its work yet" });
    health.healthy();
    expect(health.report()).toEqual({ status: "healthy" });
  });

  it("is starting until nothing is missing, and unhealthy with the reason if that takes long", () => {
    let nowMs = 5_000;
    const health = new Health(() => nowMs);
    let missing: string | undefined = "it has not read anything yet";
    health.waitFor(() => missing);
    health.healthy();
    nowMs += 24_999;
    expect(health.report()).toEqual({ status: "starting", reason: "it has not read anything yet" });
    nowMs += 1;
    expect(health.report()).toEqual({
      status: "sick",
      reason: "it has not read anything yet, 25 s after its start",
    });
    missing = undefined;
    expect(health.report()).toEqual({ status: "healthy" });
    missing = "it has not read anything yet";
    expect(health.report()).toEqual({ status: "healthy" });
  });

  it("reports the first failure until the app exits", () => {
    const health = new Health();
    health.healthy();
    health.failed("it has ended: the volume is full");
    health.failed("something that follows from it");
    expect(health.report()).toEqual({ status: "sick", reason: "it has ended: the volume is full" });
  });

  it("is unhealthy as long as a check complains, with all reasons in one line", () => {
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
