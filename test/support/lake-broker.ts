import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeStack } from "./docker";
import { KraftBrokers } from "./kraft-brokers";
import { bundleLake } from "./lake-process";
import { LakeSite } from "./lake-site";

/** A broker, and the sites of the tests that use it: each a topic with the tables of a lake that reads it. */
export class LakeBroker {
  private readonly sites: LakeSite[] = [];
  /** The network in which containers reach the broker at {@link bootstrapServers}, as programs on the host do. */
  readonly network = "host";

  private constructor(
    private readonly brokers: KraftBrokers,
    private readonly directory: string,
    /** The lake's program in one file. */
    readonly program: string,
  ) {}

  static async start(purpose: string): Promise<LakeBroker> {
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bundle-"));
    const program = bundleLake(directory);
    return new LakeBroker(await KraftBrokers.start(purpose, 1), directory, program);
  }

  get bootstrapServers(): string {
    return this.brokers.bootstrapServers;
  }

  /** The broker's container. */
  get container(): string {
    return this.brokers.container(1);
  }

  /** The stack whose label everything has that is removed with the broker. */
  get stack(): string {
    return this.brokers.stack;
  }

  async site(name: string, config?: Readonly<Record<string, string>>): Promise<LakeSite> {
    const site = await LakeSite.create(this.program, this.bootstrapServers, name, config);
    this.sites.push(site);
    return site;
  }

  /** Ends the processes that tests have left running, and removes what they wrote. */
  async clear(): Promise<void> {
    await Promise.all(this.sites.splice(0).map((site) => site.remove()));
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.brokers.stop();
    await removeStack(this.stack);
    await rm(this.directory, { recursive: true, force: true });
  }
}
