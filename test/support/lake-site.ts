import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { noFaults } from "../../apps/shared/delta/fault-points";
import { localLog } from "../../apps/shared/delta/storage/local-log";
import { loadState } from "../../apps/shared/delta/log/read-log";
import { appIdOf } from "../../apps/shared/lake-table/table-topics";
import { eventually } from "./command";
import type { Fault } from "./fault";
import { differences, type LakeContents, readContents } from "./lake-contents";
import { LakeProcess } from "./lake-process";
import { type Ends, Topic } from "./topic";

/** Makes a topic of that name, and a place for tables. */
export type MakeSite = (name: string, config?: Readonly<Record<string, string>>) => Promise<LakeSite>;

/** Short intervals, so that a few seconds hold the whole life of a table. */
const hurry = {
  LAKE_FLUSH_INTERVAL_MS: "200",
  LAKE_CHECKPOINT_EVERY: "2",
  LAKE_COMPACT_AFTER_MS: "1000",
  LAKE_RETENTION_MS: "3000",
};

/** A test's own topic, the tables of a lake that reads it, and the lake's processes. */
export class LakeSite {
  private readonly processes: LakeProcess[] = [];
  private faults = 0;

  private constructor(
    private readonly program: string,
    private readonly bootstrapServers: string,
    readonly topic: Topic,
    readonly directory: string,
  ) {}

  /** @param program that {@link bundleLake} has made */
  static async create(
    program: string,
    bootstrapServers: string,
    name: string,
    config?: Readonly<Record<string, string>>,
  ): Promise<LakeSite> {
    const topic = new Topic(bootstrapServers, name);
    await topic.make(config);
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-lake-"));
    return new LakeSite(program, bootstrapServers, topic, directory);
  }

  get tables(): { readonly observations: string; readonly deadLetters: string } {
    return {
      observations: join(this.directory, "bronze"),
      deadLetters: join(this.directory, "dead_letters"),
    };
  }

  /** The environment of a lake that reads the topic. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ...hurry,
      KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers,
      CONSUMER_NAME: "lake",
      CONSUMER_GROUP: `lake-of-${this.topic.name}`,
      CONSUMER_TOPICS: this.topic.name,
      LAKE_PLANNED_TOPICS: this.topic.name,
      LAKE_TABLE_PATH: this.tables.observations,
      LAKE_DEAD_LETTERS_PATH: this.tables.deadLetters,
    };
  }

  /** Starts a lake, which may have a fault. */
  start(settings: Readonly<Record<string, string>> = {}, fault?: Omit<Fault, "note">): LakeProcess {
    const note = join(this.directory, `fault-${++this.faults}`);
    const environment = { ...this.environment, ...settings };
    const lake = LakeProcess.start(this.program, environment, fault && { ...fault, note });
    this.processes.push(lake);
    return lake;
  }

  /** Waits until the tables have reached the present end of the topic. @param tableTopic the topic's name there */
  async caughtUp(tableTopic = this.topic.name): Promise<void> {
    const ends = await this.topic.ends();
    await eventually(`the table has all that ${this.topic.name} has`, 90_000, async () => {
      return (await this.isCaughtUp(tableTopic, ends)) || undefined;
    });
  }

  async isCaughtUp(tableTopic = this.topic.name, ends?: Ends): Promise<boolean> {
    const next = await this.nextOffsets(tableTopic);
    const wanted = ends ?? (await this.topic.ends());
    return [...wanted].every(([partition, { high }]) => (next.get(partition) ?? 0) >= high);
  }

  /** The offset that the table has stored for each partition. */
  async nextOffsets(tableTopic = this.topic.name): Promise<ReadonlyMap<number, number>> {
    const log = localLog(join(this.tables.observations, "_delta_log"), noFaults);
    // The log may not exist yet, or be cleaned up at this moment.
    const state = await loadState(log).catch(() => undefined);
    return new Map(
      [...Array(this.topic.partitions).keys()].map((partition) => [
        partition,
        state?.transactions.get(appIdOf({ tableTopic, partition })) ?? 0,
      ]),
    );
  }

  /** Waits for a checkpoint of the table. @returns the latest */
  newestCheckpoint(): Promise<{ readonly path: string; readonly bytes: number }> {
    const directory = join(this.tables.observations, "_delta_log");
    return eventually("the table has a checkpoint", 60_000, async () => {
      const names = (await readdir(directory)).filter((name) => /^\d+\.checkpoint\.parquet$/.test(name));
      const path = join(directory, names.sort().at(-1) ?? "");
      return names.length === 0 ? undefined : { path, bytes: (await stat(path)).size };
    });
  }

  contents(): Promise<LakeContents> {
    return readContents(this.tables);
  }

  /** Fails unless the tables hold each message of the topic exactly once, unchanged, and nothing else. */
  async expectExact(): Promise<LakeContents> {
    const [contents, messages] = await Promise.all([this.contents(), this.topic.read()]);
    expect(differences(contents, { [this.topic.name]: messages })).toEqual([]);
    return contents;
  }

  /** Ends running lakes, and removes the tables and the topic. */
  async remove(): Promise<void> {
    await Promise.all(this.processes.map((lake) => lake.kill()));
    await rm(this.directory, { recursive: true, force: true });
    await this.topic.delete();
  }
}
