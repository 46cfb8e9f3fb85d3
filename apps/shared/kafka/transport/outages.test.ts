import { describe, expect, it } from "vitest";
import { createLogger } from "../../logger";
import { connectionProblem, Outages } from "./outages";

describe("outages", () => {
  it("takes two lines, however often a broker is tried", () => {
    let now = 0;
    const lines: string[] = [];
    const write = (line: string) => lines.push(line.slice(13).trim());
    const outages = new Outages(createLogger({ app: "a", format: "pretty", write }), () => now);
    outages.answered("b1:9092");
    for (; now < 40_000; now += 500) outages.failed("b1:9092", "connection refused");
    outages.failed("b2:9092", "no answer");
    outages.answered("b1:9092");
    outages.answered("b1:9092");
    expect(lines).toEqual([
      "warn  broker b1:9092 cannot be reached (connection refused): trying again until it is back",
      "warn  broker b2:9092 cannot be reached (no answer): trying again until it is back",
      "info  broker b1:9092 is back after 40 s",
    ]);
  });

  it.each([
    ["Connection error: getaddrinfo ENOTFOUND nope", "its name is not known"],
    ["Connection error: connect ECONNREFUSED 127.0.0.1:1", "connection refused"],
    ["Connection timeout", "no answer"],
    ["Connection error: something new", "something new"],
  ])("%s: %s", (message, problem) => {
    expect(connectionProblem(message)).toBe(problem);
  });
});
