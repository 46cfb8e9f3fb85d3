import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import type { Observation } from "../../contract/messages/observation";
import { venvPython } from "../../tools/setup/python.mjs";
import { runCommand } from "./command";
import type { LakeRow } from "./delta-rs";
import type { StoredMessage } from "./topic";

/** A row of the table of dead letters as delta-rs reads it; bytes as Base64. */
export interface DeadLetterRow {
  readonly kafka_topic: string;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
  readonly kafka_timestamp: string;
  readonly reason: string;
  readonly key: string | null;
  readonly value: string | null;
}

/** The contents of a lake's two tables. */
export interface LakeContents {
  readonly rows: readonly LakeRow[];
  readonly deadLetters: readonly DeadLetterRow[];
}

/** Reads both tables with delta-rs, an independent implementation. */
export async function readContents(tables: {
  readonly observations: string;
  readonly deadLetters: string;
}): Promise<LakeContents> {
  const [rows, deadLetters] = await Promise.all([
    readTable<LakeRow>(tables.observations),
    readTable<DeadLetterRow>(tables.deadLetters),
  ]);
  return { rows, deadLetters };
}

/** Rows of a Delta table of this machine, as delta-rs reads them. */
async function readTable<Row>(path: string): Promise<Row[]> {
  const output = await runCommand(venvPython(), [join(__dirname, "read_table.py"), path]);
  const [, ...lines] = output.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Row);
}

const maxShown = 10;

/**
 * Compares a lake's tables with the messages of its topics: every message must be there once, as a row or as a dead letter,
 * and nothing else.
 * @param fed the messages of each topic, by its name in the tables
 * @returns the differences, at most a few.
 */
export function differences(
  { rows, deadLetters }: LakeContents,
  fed: Readonly<Record<string, ReadonlyMap<string, StoredMessage>>>,
): string[] {
  const missing = new Map<string, LakeRow | DeadLetterRow>();
  for (const [tableTopic, messages] of Object.entries(fed)) {
    for (const [place, message] of messages) {
      missing.set(
        `${tableTopic}/${place}`,
        message.reason === undefined ? rowOf(tableTopic, message) : deadLetterOf(tableTopic, message),
      );
    }
  }
  const known = new Set(missing.keys());
  const wrong: string[] = [];
  for (const found of [...rows, ...deadLetters]) {
    const place = `${found.kafka_topic}/${found.kafka_partition}/${found.kafka_offset}`;
    const wanted = missing.get(place);
    if (wanted === undefined) {
      wrong.push(`${place} ${known.has(place) ? "is there more than once" : "was never sent"}`);
    } else if (!isDeepStrictEqual(found, wanted)) {
      wrong.push(`${place} is ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
    }
    missing.delete(place);
  }
  wrong.push(...[...missing.keys()].map((place) => `${place} is missing`));
  const more = wrong.length - maxShown;
  return more > 0 ? [...wrong.slice(0, maxShown), `and ${more} more`] : wrong;
}

function rowOf(tableTopic: string, { partition, offset, timestampMs, value }: StoredMessage): LakeRow {
  const { device, sensor, boot, seq, timestamp, ...measured } = JSON.parse(String(value)) as Observation;
  const time = new Date(timestamp);
  return {
    device,
    sensor_name: sensor,
    boot,
    seq,
    timestamp: time.toISOString(),
    value: measured.value,
    label: measured.label ?? null,
    kafka_topic: tableTopic,
    kafka_partition: partition,
    kafka_offset: offset,
    kafka_timestamp: new Date(timestampMs).toISOString(),
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
  };
}

function deadLetterOf(tableTopic: string, message: StoredMessage): DeadLetterRow {
  const { partition, offset, timestampMs, key, value, reason } = message;
  return {
    kafka_topic: tableTopic,
    kafka_partition: partition,
    kafka_offset: offset,
    kafka_timestamp: new Date(timestampMs).toISOString(),
    reason: reason ?? "",
    key: key?.toString("base64") ?? null,
    value: value?.toString("base64") ?? null,
  };
}
