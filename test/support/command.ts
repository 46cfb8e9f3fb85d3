import { execFile } from "node:child_process";
import { toolEnvironment } from "../../tools/setup/environment.mjs";

/** A command's exit code and output. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Runs a command in the tools' environment. Never fails: the result has the exit code. */
export function tryCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  // The test runner asks for colours.
  const env = { ...toolEnvironment(), FORCE_COLOR: undefined, ...options.env };
  const settings = { ...options, env, maxBuffer: 1 << 28 };
  return new Promise((resolve) => {
    execFile(command, [...args], settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode, stdout, stderr, output: `${stdout}\n${stderr}` });
    });
  });
}

/** Runs a command that must succeed. @returns its standard output */
export async function runCommand(...parameters: Parameters<typeof tryCommand>): Promise<string> {
  const [command, args] = parameters;
  const { exitCode, stdout, output } = await tryCommand(...parameters);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  return stdout;
}

const pollMs = 500;

/** Asks again and again until there is an answer. @param what the condition, for the failure after the time limit */
export async function eventually<Answer>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not after ${timeoutMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
