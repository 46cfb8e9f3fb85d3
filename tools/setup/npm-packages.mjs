import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, toolEnvironment } from "./environment.mjs";
import { parseJson } from "./json.mjs";
import { isStopped, runLogged } from "./process.mjs";

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} LockedPackages */

/** The working copy's npm packages, exactly as package-lock.json lists them. @type {import("./part.mjs").Part} */
export const npmPackagesPart = {
  name: "npm packages",
  needed: "as in package-lock.json",
  look: () => {
    const wanted = readPackages(join(root, "package-lock.json"));
    const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
    const lacking = missingPackages(wanted, installed);
    const found = lacking.length === 0 ? "all installed" : `${lacking.length} missing or of another version`;
    return { there: lacking.length === 0, found };
  },
  ways: [
    {
      what: "npm ci",
      obstacle: (machine) => (machine.command("npm") ? undefined : "there is no npm"),
      make: npmCi,
    },
  ],
  byHand: "Run npm ci and see what it says.",
};

async function npmCi() {
  const args = ["ci", "--no-audit", "--no-fund", "--install-links=false"];
  const install = () => runLogged("npm packages", "npm", args, { cwd: root, env: toolEnvironment() });
  try {
    await install();
  } catch (error) {
    if (isStopped()) throw error;
    // A killed set-up may leave a node_modules that npm fails to remove at first.
    await install();
  }
}

/**
 * The packages of a lock file that node_modules lacks in the wanted version. Optional packages (binaries for
 * other platforms) may be missing.
 *
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 * @returns {string[]} their paths
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, { optional }]) => path !== "" && !optional)
    .filter(([path, { version, link }]) => {
      const found = installed[path];
      return found === undefined || (!link && found.version !== version);
    })
    .map(([path]) => path);
}

/** @param {string} path @returns {LockedPackages} */
function readPackages(path) {
  if (!existsSync(path)) return {};
  try {
    /** @type {{ packages?: LockedPackages }} */
    const lock = parseJson(readFileSync(path, "utf8"));
    return lock.packages ?? {};
  } catch {
    return {};
  }
}
