import { chmodSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { publish, recipes } from "./cache.mjs";
import { download } from "./download.mjs";
import { cacheDirectory } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { capture, isExecutable, runLogged } from "./process.mjs";
import { compareVersions, versions } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

/**
 * The first module proxy that Go would ask, or undefined if GOPROXY names none.
 *
 * @param {string | undefined} setting the value of GOPROXY
 */
export function firstProxy(setting) {
  const urls = (setting || "https://proxy.golang.org").split(/[,|]/);
  return urls
    .map((url) => url.trim())
    .find((url) => /^https?:/.test(url))
    ?.replace(/\/$/, "");
}

/** @param {Machine} machine */
function proxyOf(machine) {
  return machine.once("go proxy", async () => {
    const go = machine.command("go");
    const asked = go ? (await capture(go, ["env", "GOPROXY"], { env: machine.env })).stdout.trim() : "";
    return firstProxy(asked || machine.env.GOPROXY);
  });
}

/** Why nothing can be built from Go modules here, or undefined. @param {Machine} machine */
export async function obstacleToGo(machine) {
  const linuxOnly = machine.obstacleToLinux();
  if (linuxOnly !== undefined) return linuxOnly;
  const proxy = await proxyOf(machine);
  if (proxy === undefined) return "GOPROXY names no module proxy";
  const unreachable = await machine.obstacleTo(proxy);
  if (unreachable !== undefined) return unreachable;
  if ((await installedGo(machine)) !== undefined) return undefined;
  if (versions.go.sha256[machine.arch] === undefined) return `there is no Go for ${machine.arch} to fetch`;
  return unzipCommand(machine) ? undefined : "there is no Go, and neither unzip nor python3 to unpack one";
}

/** A Go that is new enough to fetch the version that go.mod asks for. @param {Machine} machine */
function installedGo(machine) {
  return machine.once("go", async () => {
    const go = machine.command("go");
    if (go === undefined) return undefined;
    const version = (await capture(go, ["env", "GOVERSION"], { cwd: "/", env: machine.env })).stdout.trim();
    return compareVersions(version, versions.go.minimum) >= 0 ? go : undefined;
  });
}

/** @param {Machine} machine */
function unzipCommand(machine) {
  const unzip = machine.command("unzip");
  if (unzip) return [unzip, "-q"];
  const python = machine.command("python3");
  return python ? [python, "-m", "zipfile", "-e"] : undefined;
}

/** The path of a Go to build with: the machine's own, else one from the module proxy. @param {Machine} machine */
function ensureGo(machine) {
  return machine.once("ensure go", async () => (await installedGo(machine)) ?? fetchGo(machine));
}

/** The module proxy serves Go itself, as the module golang.org/toolchain. @param {Machine} machine */
async function fetchGo(machine) {
  const { version, sha256 } = versions.go;
  const goArch = machine.arch === "x64" ? "amd64" : machine.arch;
  const module = `v0.0.1-go${version}.linux-${goArch}`;
  const folder = join(cacheDirectory(), `go-${version}-${goArch}`);
  const go = join(folder, "bin", "go");
  if (isExecutable(go)) return go;
  await publish(folder, async (temporary) => {
    mkdirSync(temporary, { recursive: true });
    const archive = join(temporary, "go.zip");
    await download(
      `${await proxyOf(machine)}/golang.org/toolchain/@v/${module}.zip`,
      archive,
      sha256[machine.arch] ?? "",
    );
    const [command = "", ...args] = unzipCommand(machine) ?? [];
    const target = command.endsWith("unzip") ? ["-d", temporary] : [temporary];
    await runLogged("Go", command, [...args, archive, ...target]);
    const unpacked = join(temporary, "golang.org", `toolchain@${module}`);
    for (const name of readdirSync(unpacked)) renameSync(join(unpacked, name), join(temporary, name));
    makeExecutable(join(temporary, "bin"), join(temporary, "pkg", "tool", `linux_${goArch}`));
    await runLogged("Go", "rm", ["-r", archive, join(temporary, "golang.org")]);
  });
  return go;
}

/** Zip files of the module proxy carry no permissions. @param {string[]} folders */
function makeExecutable(...folders) {
  for (const folder of folders) {
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
  }
}

/**
 * Builds one program of a pinned Go module. Without optimisation it compiles in 60 % of the time, and Pulumi is a little
 * slower.
 *
 * @param {Machine} machine
 * @param {object} build
 * @param {string} build.recipe folder of the module under fallback/
 * @param {string} build.program package path, or "." for the module itself
 * @param {string} build.output
 * @param {string} build.set what the linker sets, as "path.Name=value"
 * @param {string[]} [build.flags] more flags
 * @throws {SetupError}
 */
export async function goBuild(machine, { recipe, program, output, set, flags = [] }) {
  const go = await ensureGo(machine);
  const args = [
    "build",
    "-trimpath",
    "-gcflags=all=-N -l",
    `-ldflags=-s -w -X ${set}`,
    ...flags,
    "-o",
    output,
    program,
  ];
  const env = { ...machine.env, CGO_ENABLED: "0", PATH: `${dirname(go)}:${machine.env.PATH ?? ""}` };
  mkdirSync(dirname(output), { recursive: true });
  await runLogged(`go build ${recipe}`, go, args, { cwd: join(recipes, recipe), env });
  if (!isExecutable(output)) throw new SetupError(`go build ${recipe} made no program`);
}
