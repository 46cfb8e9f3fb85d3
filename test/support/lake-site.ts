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

/** Everything happens soon, so that a few seconds hold a whole life of a table. */
const hurry = {
  LAKE_FLUSH_INTERVAL_MS: "200",
  LAKE_CHECKPOINT_EVERY: "2",
  LAKE_COMPACT_AFTER_MS: "1000",
  LAKE_RETENTION_MS: "3000",
};

/** A topic and the tables of a lake that reads it, each a test's own, with the lake's processes. */
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

  /** What a lake of this topic is told, wherever it runs. */
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

  /** Starts a lake, which a fault may befall. */
  start(settings: Readonly<Record<string, string>> = {}, fault?: Omit<Fault, "note">): LakeProcess {
    const note = join(this.directory, `fault-${++this.faults}`);
    const environment = { ...this.environment, ...settings };
    const lake = LakeProcess.start(this.program, environment, fault && { ...fault, note });
    this.processes.push(lake);
    return lake;
  }

  /** Waits until the tables have come to the end that the topic has now. @param tableTopic the topic's name there */
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

  /** How far the table says that it has come with each partition. */
  async nextOffsets(tableTopic = this.topic.name): Promise<ReadonlyMap<number, number>> {
    const log = localLog(join(this.tables.observations, "_delta_log"), noFaults);
    // Also while it is made, or cleaned up by the lake that writes it.
    const state = await loadState(log).catch(() => undefined);
    return new Map(
      [...Array(this.topic.partitions).keys()].map((partition) => [
        partition,
        state?.transactions.get(appIdOf({ tableTopic, partition })) ?? 0,
      ]),
    );
  }

  /** The newest checkpoint of the table, once there is one. */
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

  /** Fails unless the tables hold each message that the topic has, once and as it is, and nothing else. */
  async expectExact(): Promise<LakeContents> {
    const [contents, messages] = await Promise.all([this.contents(), this.topic.read()]);
    expect(differences(contents, { [this.topic.name]: messages })).toEqual([]);
    return contents;
  }

  /** Ends what still runs, and removes the tables and the topic. */
  async remove(): Promise<void> {
    await Promise.all(this.processes.map((lake) => lake.kill()));
    await rm(this.directory, { recursive: true, force: true });
    await this.topic.delete();
  }
}
