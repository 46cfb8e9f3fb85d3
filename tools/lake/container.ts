import { spawn } from "node:child_process";
import { basename } from "node:path/posix";
import { lakeMountPath, lakeTablePath } from "../../apps/shared/contract/lake";
import { LakeError } from "../../apps/consumers/lake/delta/errors";
import { logFileVersion } from "../../apps/consumers/lake/delta/storage";
import { SetupError } from "../setup/errors.mjs";
import { readTar } from "./tar";

/** Reads the table through a container that has the lake's volume, running or not, wherever the engine is. */
export interface LakeContainer {
  readonly name: string;
  /** The texts of the log's entries by version. */
  readLog(): Promise<Map<number, string>>;
  /** @param path relative to the table's root, not encoded. */
  readFile(path: string): Promise<Buffer>;
}

/** @throws SetupError if the engine does not answer, or no container of the stack has the lake's volume. */
export async function findLakeContainer(stack: string): Promise<LakeContainer> {
  const filters = ["--filter", `label=kafka-iot-sim.stack=${stack}`, "--filter", `volume=${lakeMountPath}`];
  const names = (await docker(["ps", "--all", ...filters, "--format", "{{.Names}}"])).toString("utf8");
  const name = names
    .split("\n")
    .sort()
    .find((line) => line !== "");
  if (name === undefined) {
    throw new SetupError(
      `No container of stack "${stack}" has the lake; "npm start" brings one up, --stack NAME looks at another stack.`,
    );
  }
  return {
    name,
    async readLog() {
      const texts = new Map<number, string>();
      for (const file of readTar(await copyOut(name, `${lakeTablePath}/_delta_log`))) {
        const version = logFileVersion(basename(file.name));
        if (version !== undefined) texts.set(version, file.contents.toString("utf8"));
      }
      return texts;
    },
    async readFile(path) {
      const [file] = readTar(await copyOut(name, `${lakeTablePath}/${path}`));
      if (file === undefined) throw new LakeError("LAKE_STORAGE_FAILED", `${path} is not a file`);
      return file.contents;
    },
  };
}

function copyOut(container: string, path: string): Promise<Buffer> {
  return docker(["cp", `${container}:${path}`, "-"]);
}

/** Runs Docker's client and gives what it wrote. @throws SetupError in one line. */
function docker(args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", args, { stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (data: Buffer) => output.push(data));
    child.stderr.on("data", (data: Buffer) => (complaint += data.toString("utf8")));
    child.on("error", () => {
      reject(
        new SetupError('There is no "docker" command here; "npm run doctor" says what the machine lacks.'),
      );
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else if (complaint.includes("Could not find the file")) reject(new NotThere());
      else
        reject(new SetupError(`docker ${args[0] ?? ""}: ${complaint.trim().split("\n")[0] || "it failed"}`));
    });
  });
}

/** What was to be copied out of the container does not exist. */
export class NotThere extends Error {}
