import { posix } from "node:path";
import { DeltaError } from "../../../apps/shared/delta/errors";
import { lakeMountPath } from "../../../contract/environment/lake";
import { SetupError } from "../../setup/errors.mjs";
import { docker, dockerOutput } from "./docker";
import { readTar, type TarFile } from "./tar";

/** The files of one table, read through a container with the lake's volume, which need not run or be on this machine. */
export interface StoredTable {
  /** Where the table is, for messages. */
  readonly location: string;
  /** @param path relative to the table's root, not encoded. @throws NotThere. */
  readFile(path: string): Promise<TarFile>;
  /**
   * The wanted files of a directory and all below it, in one stream; paths are relative to the table's root.
   * @throws NotThere.
   */
  readFiles(directory: string, wanted: (path: string) => boolean): AsyncGenerator<TarFile>;
}

/** The containers of a stack that share the lake's volume. */
export interface LakeContainers {
  /** The lakes; empty if the volume is only mounted read-only by others. */
  readonly names: readonly string[];
  /** Whether any lake is running. */
  readonly running: boolean;
  /** @param path of the table in the containers. */
  table(path: string): StoredTable;
}

/** @throws SetupError if the engine does not answer, or no container of the stack has the lake's volume. */
export async function findLakeContainers(stack: string): Promise<LakeContainers> {
  const filters = ["--filter", `label=kafka-iot-sim.stack=${stack}`, "--filter", `volume=${lakeMountPath}`];
  const all = (await linesOf(["ps", "--all", ...filters, "--format", "{{.Names}} {{.State}}"])).map((line) =>
    line.split(" "),
  );
  const writers = await namesOfWriters(all.map(([name = ""]) => name));
  const lakes = all.filter(([name = ""]) => writers.has(name));
  const names = lakes.map(([name = ""]) => name);
  const first = names[0] ?? all[0]?.[0];
  if (first === undefined) {
    throw new SetupError(
      `No container of stack "${stack}" has the lake; "npm start" brings one up, --stack NAME looks at another stack.`,
    );
  }
  const running = lakes.some(([, state]) => state === "running");
  return { names, running, table: (path) => storedTable(first, path) };
}

/** The containers that can write to the lake's volume: the dashboard mounts it read-only. */
async function namesOfWriters(containers: readonly string[]): Promise<ReadonlySet<string>> {
  if (containers.length === 0) return new Set();
  const mounts = "{{range .Mounts}}{{if .RW}}{{.Destination}} {{end}}{{end}}";
  const lines = await linesOf([
    "container",
    "inspect",
    "--format",
    `{{slice .Name 1}} ${mounts}`,
    ...containers,
  ]);
  return new Set(
    lines
      .map((line) => line.split(" "))
      .flatMap(([name = "", ...paths]) => (paths.includes(lakeMountPath) ? [name] : [])),
  );
}

async function linesOf(args: readonly string[]): Promise<string[]> {
  const output = (await docker(args)).toString("utf8");
  return output
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

function storedTable(container: string, root: string): StoredTable {
  const copyOut = (path: string, wanted?: (name: string) => boolean) =>
    readTar(dockerOutput(["cp", `${container}:${posix.join(root, path)}`, "-"]), wanted);
  return {
    location: `${container}:${root}`,
    async readFile(path) {
      for await (const file of copyOut(path)) return file;
      throw new DeltaError("STORAGE_FAILED", `${path} is not a file`);
    },
    async *readFiles(directory, wanted) {
      // The names in an archive start with the name of the requested directory.
      const pathOf = (name: string) => posix.join(directory, name.slice(name.indexOf("/") + 1));
      for await (const file of copyOut(directory, (name) => wanted(pathOf(name)))) {
        yield { ...file, name: pathOf(file.name) };
      }
    },
  };
}
