import { stripVTControlCharacters } from "node:util";

/** An observation that a device has printed as acknowledged. */
export interface Acknowledged {
  readonly sensor: string;
  readonly seq: number;
  readonly partition: number;
  /** Undefined where the broker only answered that it already had the message. */
  readonly offset: number | undefined;
  /** When the engine got the line, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The acknowledgements that one process of a device has printed, in order. */
export type DeviceLife = readonly Acknowledged[];

const startLine = /^\S+ info +.+ observes \d+ sensors? and publishes to topic /;
const observationLine = /^\d\d:\d\d:\d\d\.\d{3} {2}(.+?) +#(\d+) .* partition (\d+) offset (\d+|\?)$/;
const unprintedLine = /\d+ lines were not printed/;

/**
 * Reads the log of a device from `docker logs --timestamps`, in the device's format for people.
 * @throws Error if the log lacks acknowledgements: lines were dropped, or its beginning is missing.
 */
export function parseDeviceLog(log: string): DeviceLife[] {
  const lives: Acknowledged[][] = [];
  for (const line of log.split("\n")) {
    const space = line.indexOf(" ");
    const text = stripVTControlCharacters(line.slice(space + 1));
    if (startLine.test(text)) lives.push([]);
    if (unprintedLine.test(text)) throw new Error(`the device's log is not complete: ${text}`);
    const acknowledged = parseObservation(text, line.slice(0, space));
    if (acknowledged === undefined) continue;
    const life = lives.at(-1);
    if (life === undefined)
      throw new Error(`the device's log has lost its beginning: it begins with ${text}`);
    life.push(acknowledged);
  }
  return lives;
}

/** Reads all observations in a part of a log, of any process. */
export function parseLogPart(log: string): Acknowledged[] {
  return log.split("\n").flatMap((line) => {
    const space = line.indexOf(" ");
    const text = stripVTControlCharacters(line.slice(space + 1));
    return parseObservation(text, line.slice(0, space)) ?? [];
  });
}

function parseObservation(text: string, time: string): Acknowledged | undefined {
  const [, sensor = "", seq, partition, offset] = observationLine.exec(text) ?? [];
  if (seq === undefined) return undefined;
  return {
    sensor,
    seq: Number(seq),
    partition: Number(partition),
    offset: offset === "?" ? undefined : Number(offset),
    atMs: Date.parse(time),
  };
}
