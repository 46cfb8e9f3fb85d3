import { spawn } from "node:child_process";
import { dockerFailure } from "../../setup/docker-failure.mjs";
import { SetupError } from "../../setup/errors.mjs";

/** The file or directory to be copied out of a container does not exist. */
export class NotThere extends Error {
  override readonly name = "NotThere";
}

/** Runs Docker's client and returns its output. @throws SetupError in one line; NotThere. */
export async function docker(args: readonly string[]): Promise<Buffer> {
  const output: Buffer[] = [];
  for await (const data of dockerOutput(args)) output.push(data);
  return Buffer.concat(output);
}

/** Runs Docker's client and yields its output as fast as the caller reads it. @throws SetupError in one line; NotThere. */
export async function* dockerOutput(args: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn("docker", args, { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => (complaint += data.toString("utf8")));
  const ended = new Promise<number | undefined>((resolve) => {
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code ?? 1));
  });
  try {
    for await (const data of child.stdout as AsyncIterable<Buffer>) yield data;
    const code = await ended;
    if (code !== 0) throw failure(args, code, complaint);
  } finally {
    // A caller that has read enough stops before the command ends.
    child.kill();
  }
}

function failure(args: readonly string[], code: number | undefined, complaint: string): Error {
  if (code === undefined) {
    return new SetupError('There is no "docker" command here; "npm run doctor" says what the machine lacks.');
  }
  if (complaint.includes("Could not find the file")) return new NotThere(complaint.trim());
  return new SetupError(dockerFailure(args[0] ?? "", complaint));
}
