import { expect, it } from "vitest";
import { prettyLines } from "../../apps/device/report/lines";
import { coloursFor } from "../../apps/shared/colours";
import { createLogger } from "../../apps/shared/logger";
import { parseDeviceLog, parseLogPart } from "./device-log";

const time = "2026-11-23T09:44:00.970Z";
const atMs = Date.parse(time);
const stamped = (text: string) => text.replace(/^(?=.)/gm, `${time.replace("Z", "229170Z")} `);

/** The log of a device's process, made by the device's own code: its first line, then an acknowledgement of three observations. */
function logOf(label?: string): string {
  const colours = coloursFor(true);
  let log = "";
  const logger = createLogger({
    app: "device",
    format: "pretty",
    colours: true,
    write: (line) => (log += line),
  });
  logger.info('pump observes 1 sensor and publishes to topic "shared"');
  const rows = [0, 1, 2].map((seq) => ({ sensor: 0, seq, timestampMs: atMs, value: 0.5, label, kinds: 0 }));
  const lines = prettyLines([{ name: "a b" }, { name: "longer" }], colours);
  log += lines({ count: 2, rows: rows.slice(0, 2), partition: 2, baseOffset: 41n });
  log += lines({ count: 1, rows: rows.slice(2), partition: 2, baseOffset: undefined });
  return stamped(log);
}

const life = [
  { sensor: "a b", seq: 0, partition: 2, offset: 41, atMs },
  { sensor: "a b", seq: 1, partition: 2, offset: 42, atMs },
  { sensor: "a b", seq: 2, partition: 2, offset: undefined, atMs },
];

it("reads the log of a device, one process after the other", () => {
  expect(parseDeviceLog(logOf() + logOf("open"))).toEqual([life, life]);
});

it("reads a part of a log", () => {
  const part = logOf().split("\n").slice(1).join("\n");
  expect(parseLogPart(part)).toEqual(life);
});

it("refuses a log whose beginning is missing", () => {
  const part = logOf().split("\n").slice(1).join("\n");
  expect(() => parseDeviceLog(part)).toThrow("lost its beginning");
});

it("refuses a log of a device that has not printed all lines", () => {
  const warning = stamped("09:44:00.970 warn  7 lines were not printed: nobody read them fast enough\n");
  expect(() => parseDeviceLog(logOf() + warning)).toThrow("7 lines were not printed");
});
