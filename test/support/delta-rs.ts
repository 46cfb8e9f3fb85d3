import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lakeMountPath } from "../../contract/environment/lake";
import { venvPython } from "../../tools/setup/python.mjs";
import { runCommand } from "./command";
import { docker } from "./docker";

/** A row of the lake's table as delta-rs reads it; timestamps as UTC with milliseconds. */
export interface LakeRow {
  readonly device: string;
  readonly sensor_name: string;
  readonly boot: number;
  readonly seq: number;
  readonly timestamp: string;
  readonly value: number;
  readonly label: string | null;
  readonly kafka_topic: string;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
  readonly kafka_timestamp: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Copies the table out of the lake's container and reads all of it with delta-rs, an independent implementation. */
export async function readLake(
  lakeContainer: string,
): Promise<{ readonly version: number; readonly rows: LakeRow[] }> {
  const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-lake-"));
  try {
    await docker("cp", `${lakeContainer}:${lakeMountPath}/bronze`, directory);
    const script = join(__dirname, "read_table.py");
    const output = await runCommand(venvPython(), [script, join(directory, "bronze")]);
    const [head, ...rows] = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    return { version: (head as { version: number }).version, rows: rows as LakeRow[] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
