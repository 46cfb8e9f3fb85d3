import { BIGINT, DuckDBTimestampTZValue, TIMESTAMPTZ, VARCHAR } from "@duckdb/node-api";
import type { FaultType } from "../../contract/models/faults";
import type { SqlSession } from "../lake/sql/session";
import type { DeclaredFaults } from "./labels";
import type { RunSource } from "./run-check";

/** The declarations of one kind of fault. */
export interface DeclaredKind {
  readonly kind: FaultType;
  /** Observations with this fault. */
  readonly observations: number;
  /** Those of them without a message. */
  readonly withoutMessage: number;
  readonly devices: number;
}

/** The maximum number of observations that can be checked one by one. Any program may write such headers. */
const maxObservations = 100_000_000;

/**
 * Creates the tables `declared_struck`, `declared_losses` and `declared_holds`.
 * @returns how many declarations were ignored because they cover too many observations.
 */
export async function makeDeclared(
  sql: SqlSession,
  { struck, losses, holds }: Pick<DeclaredFaults, "struck" | "losses" | "holds">,
): Promise<number> {
  const place = "device VARCHAR, sensor_name VARCHAR, boot BIGINT, seq BIGINT";
  const placeTypes = [VARCHAR, VARCHAR, BIGINT, BIGINT];
  await sql.rows(`CREATE TEMP TABLE declared_struck (${place}, kind VARCHAR)`);
  await sql.fill(
    "declared_struck",
    [...placeTypes, VARCHAR],
    struck.flatMap(({ kinds, ...of }) => kinds.map((kind) => [...placeOf(of), kind])),
  );
  const allLosses = losses.flatMap(({ lost, ...of }) =>
    Object.entries(lost).map(([kind, count]) => ({ count, row: [...placeOf(of), kind, count] })),
  );
  const allHolds = holds.map(({ held: { count, until }, ...of }) => ({
    count,
    row: [...placeOf(of), count, moment(until)],
  }));
  const [lost, held] = [withinLimit(allLosses), withinLimit(allHolds)];
  await sql.rows(`CREATE TEMP TABLE declared_losses (${place}, kind VARCHAR, observations BIGINT)`);
  await sql.fill("declared_losses", [...placeTypes, VARCHAR, BIGINT], lost);
  await sql.rows(`CREATE TEMP TABLE declared_holds (${place}, observations BIGINT, until TIMESTAMPTZ)`);
  await sql.fill("declared_holds", [...placeTypes, BIGINT, TIMESTAMPTZ], held);
  return allLosses.length + allHolds.length - lost.length - held.length;
}

/** As many declarations as can be checked, the smallest first. */
function withinLimit<Row>(declarations: readonly { readonly count: number; readonly row: Row }[]): Row[] {
  let observations = 0;
  return [...declarations]
    .sort((one, other) => one.count - other.count)
    .filter(({ count }) => (observations += count) <= maxObservations)
    .map(({ row }) => row);
}

function placeOf(of: { device: string; sensor: string; boot: number; seq: number }) {
  return [of.device, of.sensor, of.boot, of.seq] as const;
}

function moment(iso: string): DuckDBTimestampTZValue {
  return new DuckDBTimestampTZValue(BigInt(Date.parse(iso)) * 1000n);
}

const keys = "device, sensor_name, boot";

/**
 * Sequences with the declared faults. The second row of a declared duplicate is not a repeat. An observation that was declared lost counts
 * as present, like a dead letter. So does one whose message is not a row: it is corrupt, or late and not in the table yet; offsets show
 * whether the table has every message. An observation that is held back counts as present until its sensor has a row, by a clock that was
 * not declared wrong, from the time at which it is due. The bounds are those of the rows, because labels may be newer or older than the
 * table.
 */
export const explainedSource: RunSource = {
  name: "explained",
  keys: ["device", "sensor_name", "boot"],
  numbers: `
    WITH duplicated AS (SELECT DISTINCT ${keys}, seq FROM declared_struck WHERE kind = 'duplicate'),
    latest AS (
      SELECT ${keys}, max(timestamp) AS latest
      FROM bronze ANTI JOIN (FROM declared_struck WHERE kind = 'clock-skew') USING (${keys}, seq) GROUP BY ALL
    ),
    held AS (
      SELECT ${keys}, unnest(range(seq - observations, seq)) AS seq
      FROM declared_holds JOIN latest USING (${keys}) WHERE latest < until
    ),
    absent AS (
      SELECT DISTINCT ${keys}, seq AS number FROM declared_struck ANTI JOIN bronze USING (${keys}, seq)
      UNION
      SELECT ${keys}, unnest(range(seq - lost, seq)) FROM (
        SELECT ${keys}, seq, sum(observations)::BIGINT AS lost FROM (SELECT DISTINCT * FROM declared_losses) GROUP BY ALL
      )
      UNION
      SELECT ${keys}, seq FROM held ANTI JOIN bronze USING (${keys}, seq)
    )
    SELECT ${keys}, seq AS number, false AS dead FROM bronze ANTI JOIN duplicated USING (${keys}, seq)
    UNION ALL
    SELECT ${keys}, seq, false FROM (
      SELECT ${keys}, seq, row_number() OVER (PARTITION BY ${keys}, seq ORDER BY kafka_topic, kafka_partition, kafka_offset) AS copy
      FROM bronze SEMI JOIN duplicated USING (${keys}, seq)
    ) WHERE copy <> 2
    UNION ALL
    SELECT ${keys}, number, true FROM absent JOIN sequences_expected USING (${keys}) WHERE number >= first AND number < next`,
  expected: () => "SELECT * FROM sequences_expected",
};

/** The declared faults by kind, the most frequent first. */
export async function declaredKinds(sql: SqlSession): Promise<DeclaredKind[]> {
  const rows = await sql.rows<Record<string, string | bigint>>(`
    WITH struck AS (
      SELECT kind, device, count(DISTINCT (sensor_name, boot, seq)) AS observations, 0 AS lost FROM declared_struck GROUP BY ALL
    ), lost AS (
      SELECT kind, device, sum(observations)::BIGINT AS observations, sum(observations)::BIGINT AS lost
      FROM (SELECT DISTINCT * FROM declared_losses) GROUP BY ALL
    )
    SELECT kind, sum(observations)::BIGINT AS observations, sum(lost)::BIGINT AS without_message, count(DISTINCT device) AS devices
    FROM (FROM struck UNION ALL FROM lost) GROUP BY kind ORDER BY observations DESC, kind`);
  return rows.map((row) => ({
    kind: String(row["kind"]) as FaultType,
    observations: Number(row["observations"]),
    withoutMessage: Number(row["without_message"]),
    devices: Number(row["devices"]),
  }));
}
