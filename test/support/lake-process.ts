import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { expect } from "vitest";
import { healthPath } from "../../contract/metrics";
import { bundleProgram } from "./bundle";
import { eventually } from "./command";
import { type Fault, faultVariable, noteOf } from "./fault";

/** The end of a process: an exit code, or the signal that ended it. */
export interface LakeEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The errors that a failed lake has logged. Fails unless it ended by itself with exit code 1. */
export function failureOf(end: LakeEnd, output: string): string[] {
  expect({ ...end, output }).toMatchObject({ exitCode: 1, signal: null });
  const lines = output.split("\n").filter((line) => line !== "");
  // A stack trace or a crash report of the runtime is no line of the log.
  expect(lines.filter((line) => !/^\d\d:\d\d:\d\d\.\d{3} (debug|info|warn|error) /.test(line))).toEqual([]);
  return lines.filter((line) => line.slice(13, 18) === "error").map((line) => line.slice(19));
}

const portPattern = / are on port (\d+)/;

/** Bundles the lake, with the faults of the tests, into one file. @returns its path. */
export function bundleLake(directory: string): string {
  return bundleProgram(join(__dirname, "faulty-lake.ts"), join(directory, "lake.js"));
}

/** A lake that runs as a process of this machine. */
export class LakeProcess {
  /** Everything that it has printed. */
  output = "";
  readonly ended: Promise<LakeEnd>;
  private readonly streams: readonly Readable[];

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly fault: Fault | undefined,
  ) {
    this.streams = [child.stdout, child.stderr];
    for (const stream of this.streams)
      stream.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.ended = new Promise((resolve) =>
      child.once("close", (exitCode, signal) => resolve({ exitCode, signal })),
    );
  }

  static start(program: string, environment: NodeJS.ProcessEnv, fault?: Fault): LakeProcess {
    const env = {
      PATH: process.env["PATH"],
      LOG_FORMAT: "pretty",
      ...environment,
      ...(fault && { [faultVariable]: JSON.stringify(fault) }),
    };
    return new LakeProcess(spawn(process.execPath, [program], { env }), fault);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Stops it as Docker does; it must end successfully. */
  async stop(): Promise<void> {
    this.signal("SIGTERM");
    expect({ ...(await this.ended), output: this.output }).toMatchObject({ exitCode: 0, signal: null });
  }

  /** Ends it as a failure of the machine would. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }

  /** Waits until its fault has killed it, and fails if anything else has. */
  async expectKilled(): Promise<void> {
    const { exitCode, signal } = await this.ended;
    const note = await this.readNote();
    expect({ exitCode, signal, note, output: this.output }).toMatchObject({
      exitCode: null,
      signal: "SIGKILL",
      note: this.fault && noteOf(this.fault),
    });
  }

  /** Waits until its fault has frozen it; {@link signal} lets it continue. */
  async expectStopped(): Promise<void> {
    const note = await eventually(`the lake stops; it says:\n${this.output}`, 60_000, () => this.readNote());
    expect(note).toBe(this.fault && noteOf(this.fault));
  }

  /** Waits until it has printed something. @param from which character of its output on */
  async prints(pattern: RegExp, from = 0): Promise<void> {
    const isPrinted = () => pattern.test(this.output.slice(from));
    while (!isPrinted()) {
      const more = this.streams.map((stream) => once(stream, "data"));
      const next = await Promise.race([this.ended.then(() => "end"), ...more]);
      if (next === "end" && !isPrinted())
        throw new Error(`the lake has ended instead of printing ${pattern.source}:\n${this.output}`);
    }
  }

  /** The errors that it has logged. */
  get errors(): string[] {
    const lines = this.output.split("\n").filter((line) => line.slice(13, 18) === "error");
    return lines.map((line) => line.slice(19));
  }

  /** Its answer to the health check. It needs METRICS_PORT=0 and LOG_LEVEL=debug. */
  async health(): Promise<{ readonly status: string; readonly reason?: string }> {
    await this.prints(portPattern);
    const port = portPattern.exec(this.output)?.[1] ?? "";
    const answer = await fetch(`http://127.0.0.1:${port}${healthPath}`);
    return (await answer.json()) as { status: string; reason?: string };
  }

  /** Waits until it has failed by itself. @returns the errors that it has logged */
  async failure(): Promise<string[]> {
    return failureOf(await this.ended, this.output);
  }

  private readNote(): Promise<string | undefined> {
    return readFile(this.fault?.note ?? "", "utf8").catch(() => undefined);
  }
}
