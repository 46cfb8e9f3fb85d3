import { describe, expect, it } from "vitest";
import { wantsColours } from "./colours";
import { createLogger, type LoggerOptions } from "./logger";

function logged(options: Partial<LoggerOptions>, work: (logger: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  const logger = createLogger({
    app: "device",
    format: "pretty",
    write: (line, level) => lines.push(`${level}|${line}`),
    now: () => Date.UTC(2026, 10, 23, 1, 2, 3, 4),
    ...options,
  });
  work(logger);
  return lines;
}

describe("logger", () => {
  it("writes a line for people: time, level, message, key=value", () => {
    const lines = logged({}, (logger) => {
      logger.info("connected", { broker: "b:9092", after: 12, note: "two words", missing: undefined });
      logger.error("a\nb\u001b[2J");
    });
    expect(lines).toEqual([
      'info|01:02:03.004 info  connected broker=b:9092 after=12 note="two words"\n',
      "error|01:02:03.004 error a\\nb\\u001b[2J\n",
    ]);
  });

  it("writes one object a line for machines", () => {
    const [line = ""] = logged({ format: "json" }, (logger) =>
      logger.warn("late\nvery", { offset: 12n, error: new Error("no") }),
    );
    expect(line.endsWith("}\n")).toBe(true);
    expect(JSON.parse(line.slice("warn|".length))).toEqual({
      time: "2026-11-23T01:02:03.004Z",
      level: "warn",
      app: "device",
      message: "late\nvery",
      offset: "12",
      error: "no",
    });
  });

  it("leaves out messages below its level", () => {
    const lines = logged({ level: "warn" }, (logger) => {
      logger.debug("no");
      logger.info("no");
      logger.warn("yes");
      expect([logger.writes("info"), logger.writes("error")]).toEqual([false, true]);
    });
    expect(lines).toHaveLength(1);
  });

  it("uses colours only if they are set", () => {
    expect(logged({ colours: true }, (logger) => logger.warn("x")).join("")).toContain(
      "\u001b[33mwarn \u001b[39m",
    );
    expect(logged({}, (logger) => logger.warn("x")).join("")).not.toContain("\u001b");
  });
});

describe("colours", () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{}, undefined, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
    [{ TERM: "dumb" }, true, false],
  ])("with %j on a terminal (%s): %s", (environment, isTerminal, wanted) => {
    expect(wantsColours(environment, isTerminal)).toBe(wanted);
  });
});
