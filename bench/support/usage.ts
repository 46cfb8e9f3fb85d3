import { readFileSync } from "node:fs";
import { docker } from "../../test/support/docker";

const ticksPerSecond = 100;
const pageBytes = 4096;

/** What a process has used so far. Linux only, which has `/proc`. */
export interface ProcessUsage {
  readonly parent: number;
  /** Processor time in user and in kernel mode, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory now. */
  readonly residentBytes: number;
}

/** Reads `/proc/PID/stat`. @returns undefined if the process has ended */
export function usageOf(pid: number): ProcessUsage | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // proc_pid_stat(5). The name of the command may contain spaces and parentheses, so the fields are counted from behind it: state,
  // parent, … utime and stime are 11 and 12, rss is 21.
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  const field = (index: number) => Number(fields[index]);
  return {
    parent: field(1),
    cpuSeconds: (field(11) + field(12)) / ticksPerSecond,
    residentBytes: field(21) * pageBytes,
  };
}

/** The most memory that was resident at one time, with shared pages, in bytes. */
export function peakResidentBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** The process id of a container's first process, as the host sees it. */
export async function pidOf(container: string): Promise<number> {
  return Number(await docker("inspect", "--format", "{{.State.Pid}}", container));
}

/**
 * The memory that `docker stats` shows for each running container whose name starts with a prefix, in MiB, by the rest of its name.
 */
export async function memoryByContainer(prefix: string): Promise<Map<string, number>> {
  const output = await docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}");
  return new Map(
    output
      .split("\n")
      .filter((line) => line.startsWith(prefix))
      .map((line) => {
        const [name = "", usage = ""] = line.slice(prefix.length).split(" ");
        return [name, Number.parseFloat(usage) * (usage.endsWith("GiB") ? 1_024 : 1)];
      }),
  );
}
