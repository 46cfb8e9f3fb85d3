import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { partitionDirectory } from "../../apps/shared/delta/data-files/new-data-file";
import type { Incarnation } from "../../apps/shared/lake-table/incarnations";
import { parseTableTopic } from "../../apps/shared/lake-table/table-topics";
import { deadLetterSchema, minuteOf, observationSchema, partitionOf } from "../../contract/tables";
import { dataFile, type TestRow } from "../../tools/lake/sql/testing/data-file";
import { type FileOfMinute, sessionOver } from "../../tools/lake/sql/testing/session";
import { runsOf, stragglers } from "../../tools/verify/expected";
import { judge, type Judgement } from "../../tools/verify/judge";
import { collectLabels, nothingDeclared } from "../../tools/verify/labels";
import { kafkaMessage, type ScenarioKafkaMessage, startMs } from "./kafka-messages";
import {
  type OffsetRun,
  type Scenario,
  type ScenarioPartition,
  scenarios,
  type ScenarioTablePartition,
} from "./scenarios";

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "reconciliation-"))));
afterEach(() => rm(root, { recursive: true }));

/** A number that is missing, or there too often: an offset of a table's partition, or `seq` of a sensor in one life. */
type Finding = `${"missing" | "repeated"} ${string} ${number}`;

/** A message of a scenario with its place in the tables. */
interface TableMessage extends ScenarioKafkaMessage {
  readonly tableTopic: string;
  readonly partition: number;
  readonly offset: number;
  /** How many rows have this offset. */
  readonly rows: number;
}

function incarnationsOf({ tables }: Scenario): Map<string, Incarnation[]> {
  const all = [...Map.groupBy(tables, ({ tableTopic }) => tableTopic)].map(
    ([tableTopic, partitions]): Incarnation => {
      const { topic = "", incarnation: number = 1 } = parseTableTopic(tableTopic) ?? {};
      const bounds = partitions.map(({ partition, first, next }) => [partition, { first, next }] as const);
      return { topic, number, tableTopic, source: undefined, partitions: new Map(bounds) };
    },
  );
  return Map.groupBy(all, ({ topic }) => topic);
}

/** The last incarnations of the topics: what Kafka holds in the end. */
const topicsInKafka = ({ topics }: Scenario) =>
  topics.filter(({ name }, index) => topics.findLastIndex((other) => other.name === name) === index);

/** The partition of Kafka that a partition of the table was read from. */
function partitionBehind(scenario: Scenario, table: ScenarioTablePartition): ScenarioPartition | undefined {
  const { topic = "", incarnation = 1 } = parseTableTopic(table.tableTopic) ?? {};
  return scenario.topics.filter(({ name }) => name === topic)[incarnation - 1]?.partitions[table.partition];
}

const offsetsOf = (runs: readonly OffsetRun[] = []) =>
  runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

function messagesOf(scenario: Scenario): TableMessage[] {
  return scenario.tables.flatMap((table) => {
    const { tableTopic, partition, rows } = table;
    const { earliest = 0, messages = [] } = partitionBehind(scenario, table) ?? {};
    const { topic = "" } = parseTableTopic(tableTopic) ?? {};
    const offsets = offsetsOf(rows);
    return messages.map((message, index) => {
      const offset = earliest + index;
      const count = offsets.filter((other) => other === offset).length;
      return { ...kafkaMessage(topic, message), tableTopic, partition, offset, rows: count };
    });
  });
}

/** One data file for each row: repeated offsets are in two files, and late rows are in their own minutes. */
function filesOf(messages: readonly TableMessage[]): FileOfMinute[] {
  return messages.flatMap(({ observation, rows, timestampMs, ...place }) => {
    const { device = "", sensor = "", boot = 0, seq = 0, timestamp = "", value = 0 } = observation ?? {};
    const timeMs = observation === undefined ? timestampMs : Date.parse(timestamp);
    const row: TestRow = {
      device,
      sensor_name: sensor,
      boot,
      seq,
      timestamp: timeMs,
      value,
      label: null,
      kafka_topic: place.tableTopic,
      kafka_partition: place.partition,
      kafka_offset: place.offset,
      kafka_timestamp: timestampMs,
    };
    const directory = partitionDirectory(partitionOf(minuteOf(timeMs)));
    return Array.from({ length: rows }, () => [directory, dataFile(observationSchema, [row])] as const);
  });
}

function deadLettersOf({ tables }: Scenario): Buffer[] {
  return tables.flatMap(({ tableTopic, partition, deadLetters }) =>
    offsetsOf(deadLetters).map((offset) =>
      dataFile(deadLetterSchema, [
        {
          kafka_topic: tableTopic,
          kafka_partition: partition,
          kafka_offset: offset,
          kafka_timestamp: startMs,
          reason: "",
        },
      ]),
    ),
  );
}

/** What the headers of all messages in Kafka declare. */
function declaredIn(scenario: Scenario) {
  const declared = nothingDeclared();
  for (const { name, partitions } of topicsInKafka(scenario))
    for (const { messages } of partitions)
      for (const message of messages) {
        const { value, timestampMs: timeMs, headers } = kafkaMessage(name, message);
        collectLabels({ value, timeMs, header: (header) => headers[header] }, declared);
      }
  return declared;
}

async function judged(scenario: Scenario): Promise<Judgement> {
  const sql = await sessionOver(root, filesOf(messagesOf(scenario)), deadLettersOf(scenario));
  const declared = declaredIn(scenario);
  try {
    return await judge(sql, runsOf(incarnationsOf(scenario)), () =>
      Promise.resolve({ ...declared, notes: [] }),
    );
  } finally {
    await sql.close();
  }
}

const sequenceOf = (device: string, sensor: string, boot: number) => `${device}/${sensor}@${boot}`;

/** What the lines of a verdict say, as findings. */
function findingsIn(problems: readonly string[]): Finding[] {
  return problems.flatMap((problem): Finding[] => {
    const missing =
      /^(?<key>.+): \S+ of \S+ (?:offsets|values of seq) missing: (?<ranges>[^(]+?)(?: \(.*)?$/.exec(
        problem,
      )?.groups;
    if (missing !== undefined) {
      const { key = "", ranges = "" } = missing;
      return ranges.split(", ").flatMap((range) => {
        const [from = 0, to = from] = range.split(" to ").map(Number);
        return offsetsOf([[from, to]]).map((number): Finding => `missing ${keyIn(key)} ${number}`);
      });
    }
    const repeated = /^\d+ too many of what must be there once: (.*)$/.exec(problem)?.[1];
    if (repeated === undefined) throw new Error(`not expected here: ${problem}`);
    return repeated.split("; ").map((item): Finding => {
      const [, key = "", number] = /^(.*) (?:offset|seq) (\d+) \(.*\)$/.exec(item) ?? [];
      return `repeated ${keyIn(key)} ${Number(number)}`;
    });
  });
}

function keyIn(text: string): string {
  const [, topic, partition] = /^topic (\S+) partition (\d+)$/.exec(text) ?? [];
  if (topic !== undefined) return `${topic}/${partition}`;
  const [, device = "", sensor = "", boot] = /^device (\S+), sensor (\S+), boot (\d+)$/.exec(text) ?? [];
  return sequenceOf(device, sensor, Number(boot) - startMs);
}

/**
 * What verify has to find: the expected gaps, and what these do to the sequences in the table. A sequence reaches as far as its rows,
 * so that its last observations are not known to be missing.
 */
function findingsExpected({ expected }: Scenario, messages: readonly TableMessage[]): Finding[] {
  const rowsBySequence = new Map<string, number[]>();
  for (const { observation, rows } of messages) {
    if (observation === undefined || rows === 0) continue;
    const key = sequenceOf(observation.device, observation.sensor, observation.boot - startMs);
    rowsBySequence.set(key, [...(rowsBySequence.get(key) ?? []), observation.seq]);
  }
  const isSeen = (key: string, seq: number) => seq < Math.max(-1, ...(rowsBySequence.get(key) ?? []));
  const findings = expected.gaps.flatMap(({ kind, where, from, to, boot = 0 }): Finding[] => {
    const numbers = offsetsOf([[from, to]]);
    if (kind === "acknowledged, not in topic") return [];
    const what = kind.startsWith("missing") ? "missing" : "repeated";
    if (kind.endsWith("topic")) {
      const [device = "", sensor = ""] = where.split("/");
      const key = sequenceOf(device, sensor, boot);
      return numbers
        .filter((seq) => what === "repeated" || isSeen(key, seq))
        .map((seq) => `${what} ${key} ${seq}` as const);
    }
    return numbers.flatMap((offset): Finding[] => {
      const { observation, rows = 0 } =
        messages.find(
          (message) => `${message.tableTopic}/${message.partition}` === where && message.offset === offset,
        ) ?? {};
      const ofOffset: Finding = `${what} ${where} ${offset}`;
      if (observation === undefined) return [ofOffset];
      const { device, sensor, boot: life, seq } = observation;
      const key = sequenceOf(device, sensor, life - startMs);
      const shows = what === "missing" ? isSeen(key, seq) : rows > 1;
      return shows ? [ofOffset, `${what} ${key} ${seq}`] : [ofOffset];
    });
  });
  return findings;
}

describe("verify reconciles a stack in which", () => {
  it.each(scenarios)("$title", async (scenario) => {
    const { expected } = scenario;
    const judgement = await judged(scenario);
    const wanted = findingsExpected(scenario, messagesOf(scenario));
    expect(findingsIn(judgement.problems).toSorted()).toEqual(wanted.toSorted());

    const sumOf = (what: "rows" | "deadLetters") =>
      judgement.offsets.reduce((sum, run) => sum + run[what], 0);
    expect([sumOf("rows"), sumOf("deadLetters")]).toEqual([expected.inTable, expected.deadLetters]);
    const { declared = [] } = judgement;
    // Headers are read only if the rows alone leave something to explain.
    if (judgement.declared !== undefined || wanted.length > 0) {
      expect(declared.reduce((sum, { withoutMessage }) => sum + withoutMessage, 0)).toBe(
        expected.declaredLosses ?? 0,
      );
      expect(declared.find(({ kind }) => kind === "duplicate")?.observations ?? 0).toBe(
        expected.declaredDuplicates ?? 0,
      );
    }

    const ends = new Map(
      topicsInKafka(scenario).map(({ name, partitions }) => [
        name,
        partitions.map(({ earliest = 0, messages }, partition) => ({
          partition,
          earliest,
          latest: earliest + messages.length,
        })),
      ]),
    );
    const behind = stragglers(incarnationsOf(scenario), ends);
    expect(behind.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual(expected.unproved ?? []);
  });
});
