import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { publish, recipeHash } from "./cache.mjs";
import { cacheDirectory } from "./environment.mjs";
import { capture, isExecutable, runLogged } from "./process.mjs";
import { compareVersions, versions } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

const { minimum, packages } = versions.python;

function folder() {
  return join(cacheDirectory(), `python-${recipeHash([], [packages])}`);
}

/** The Python that has delta-rs: an absolute path, there after set-up for tests. */
export function venvPython() {
  return join(folder(), "bin", "python");
}

/** A virtual environment with delta-rs, which the end-to-end tests read the table with. @type {import("./part.mjs").Part} */
export const pythonPart = {
  name: "Python packages",
  needed: Object.entries(packages)
    .map((entry) => entry.join(" "))
    .join(", "),
  look: () => {
    const there = isExecutable(venvPython());
    return { there, found: there ? "in the cache" : "none" };
  },
  ways: [
    {
      what: "pip install in a virtual environment",
      obstacle: obstacleToPython,
      make: (machine) => makeVenv(machine),
    },
    {
      what: "apt-get install python3-venv, then pip install in a virtual environment",
      obstacle: (machine) => machine.obstacleToApt(),
      make: async (machine) => {
        await aptInstall(machine, ["python3", "python3-venv"]);
        await makeVenv(machine);
      },
    },
  ],
  byHand: `Install Python ${minimum} or newer with its venv module, and allow pypi.org (or set PIP_INDEX_URL).`,
};

/** @param {Machine} machine */
async function obstacleToPython(machine) {
  const python = machine.command("python3");
  if (python === undefined) return "there is no python3";
  const code = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
  const version = (await capture(python, ["-c", code])).stdout.trim();
  if (version === "") return `${python} does not run`;
  return compareVersions(version, minimum) >= 0 ? undefined : `python3 is ${version}`;
}

/** @param {Machine} machine */
async function makeVenv(machine) {
  const python = machine.command("python3") ?? "python3";
  await publish(folder(), async (temporary) => {
    await runLogged("Python environment", python, ["-m", "venv", temporary]);
    const wanted = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
    const args = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--only-binary=:all:",
      "--disable-pip-version-check",
      ...wanted,
    ];
    await runLogged("Python packages", join(temporary, "bin", "python"), args);
  });
}
