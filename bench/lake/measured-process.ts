import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { whenInterrupted } from "../support/interruption";
import { usageOf } from "../support/usage";

const sampleEveryMs = 100;

/** A program under measurement, with all processes that it starts. Linux only, which has `/proc`. */
export class MeasuredProcess {
  /** The most memory that all its processes had at one time, in bytes. */
  peakBytes = 0;
  /** The end of its standard error, for messages. */
  private errors = "";
  private readonly cpuSeconds = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors = `${this.errors}${text}`.slice(-2000);
    });
    this.ended = once(child, "close");
    const gone = whenInterrupted(() => killTree(child));
    void this.ended.then(gone);
    this.timer = setInterval(() => this.sample(), sampleEveryMs);
    void this.ended.then(() => clearInterval(this.timer));
  }

  /**
   * Starts a program and waits until it reports that it is about to read.
   * @param isReady whether a line of its standard output is that report
   */
  static async start(args: {
    readonly command: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
    readonly isReady: (line: string) => boolean;
  }): Promise<{ readonly process: MeasuredProcess; readonly readyMs: number }> {
    const [command = "", ...rest] = args.command;
    const child = spawn(command, rest, {
      env: { ...process.env, ...args.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const measured = new MeasuredProcess(child);
    const readyMs = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      createInterface(child.stdout).on("line", (line) => {
        if (args.isReady(line)) resolve(Date.now());
      });
      void measured.ended.then(() =>
        reject(new Error(`the program ended before it read: ${measured.errors}`)),
      );
    });
    return { process: measured, readyMs };
  }

  /** Processor time of all its processes so far, in seconds. */
  get cpu(): number {
    return [...this.cpuSeconds.values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get lastErrors(): string {
    return this.errors;
  }

  /** Ends it with SIGTERM, and after 15 s with SIGKILL. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), 15_000);
    await this.ended;
    clearTimeout(force);
  }

  private sample(): void {
    const { pid } = this.child;
    if (pid === undefined || this.hasEnded) return;
    let bytes = 0;
    for (const each of treeOf(pid)) {
      const usage = usageOf(each);
      bytes += usage?.residentBytes ?? 0;
      if (usage !== undefined) this.cpuSeconds.set(each, usage.cpuSeconds);
    }
    this.peakBytes = Math.max(this.peakBytes, bytes);
  }
}

/** Kills all processes of the tree: Spark's Java would go on writing for a while after its Python has ended. */
function killTree({ pid }: ChildProcess): void {
  for (const each of pid === undefined ? [] : treeOf(pid)) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const usage = Number.isInteger(pid) ? usageOf(pid) : undefined;
    if (usage !== undefined) children.set(usage.parent, [...(children.get(usage.parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}
