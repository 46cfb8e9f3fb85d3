import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { publish, recipeHash } from "./cache.mjs";
import { cacheDirectory } from "./environment.mjs";
import { capture, isExecutable, runLogged } from "./process.mjs";
import { compareVersions, versions } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

const { minimum, packages, bench } = versions.python;

/** The remedy where no virtual environment can be made. */
export const pythonByHand = `Install Python ${minimum} or newer with its venv module, and allow pypi.org (or set PIP_INDEX_URL).`;

/** The Python with delta-rs, which set-up for tests provides (an absolute path). */
export function venvPython() {
  return pythonOf(venvFolder(packages));
}

/** The Python with the packages of the lake's hand-written counterpart, which set-up for the benchmark provides (an absolute path). */
export function benchPython() {
  return pythonOf(venvFolder(bench));
}

/** A virtual environment with delta-rs, with which the end-to-end tests read the table. */
export const pythonPart = venvPart("Python packages", packages);

/** A virtual environment with the packages for a program like the lake in Python. */
export const benchPythonPart = venvPart("Python packages of the benchmark", bench);

/** @param {Record<string, string>} packages versions by name */
function venvFolder(packages) {
  return join(cacheDirectory(), `python-${recipeHash([], [packages])}`);
}

/** The Python of a virtual environment. @param {string} folder */
export function pythonOf(folder) {
  return join(folder, "bin", "python");
}

/** @param {string} name @param {Record<string, string>} packages versions by name @returns {import("./part.mjs").Part} */
function venvPart(name, packages) {
  const folder = venvFolder(packages);
  const requirements = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  return {
    name,
    needed: Object.entries(packages)
      .map((entry) => entry.join(" "))
      .join(", "),
    look: () => lookForVenv(folder),
    ways: waysToVenv((machine) =>
      publish(folder, (temporary) => makeVenv(machine, name, temporary, requirements)),
    ),
    byHand: pythonByHand,
  };
}

/** @param {string} folder @returns {import("./part.mjs").Look} */
export function lookForVenv(folder) {
  const there = isExecutable(pythonOf(folder));
  return { there, found: there ? "in the cache" : "none" };
}

/**
 * With the machine's own Python, or with one from apt-get.
 *
 * @param {(machine: Machine) => Promise<void>} make
 * @returns {import("./part.mjs").Way[]}
 */
export function waysToVenv(make) {
  return [
    { what: "pip install in a virtual environment", obstacle: obstacleToPython, make },
    {
      what: "apt-get install python3-venv, then pip install in a virtual environment",
      obstacle: (machine) => machine.obstacleToApt(),
      make: async (machine) => {
        await aptInstall(machine, ["python3", "python3-venv"]);
        await make(machine);
      },
    },
  ];
}

/** @param {Machine} machine */
async function obstacleToPython(machine) {
  const python = machine.command("python3");
  if (python === undefined) return "there is no python3";
  const code = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
  const version = (await capture(python, ["-c", code])).stdout.trim();
  if (version === "") return `${python} does not run`;
  return compareVersions(version, minimum) >= 0 ? undefined : `python3 is ${version}`;
}

/**
 * Makes a virtual environment with packages in the form that their publishers have built.
 *
 * @param {Machine} machine
 * @param {string} name of the part
 * @param {string} folder
 * @param {string[]} requirements lines of a requirements file
 * @param {string[]} [options] of pip
 */
export async function makeVenv(machine, name, folder, requirements, options = []) {
  const python = machine.command("python3") ?? "python3";
  await runLogged(`${name} environment`, python, ["-m", "venv", folder]);
  const list = join(folder, "requirements.txt");
  writeFileSync(list, requirements.map((line) => `${line}\n`).join(""));
  const quiet = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", ...options];
  await runLogged(name, pythonOf(folder), ["-m", "pip", "install", ...quiet, "--requirement", list]);
}
