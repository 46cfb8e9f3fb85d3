import { SetupError } from "./errors.mjs";
import { runLogged } from "./process.mjs";

/** One apt-get at a time; the second would only wait for the first's lock. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Installs Debian packages without the packages that they only recommend.
 *
 * @param {import("./machine.mjs").Machine} machine
 * @param {string[]} packages
 * @throws {SetupError}
 */
export function aptInstall(machine, packages) {
  const mine = last.then(() => install(machine, packages));
  last = mine.catch(() => undefined);
  return mine;
}

/** @param {import("./machine.mjs").Machine} machine @param {string[]} packages */
async function install(machine, packages) {
  const prefix = await machine.rootPrefix();
  const apt = machine.command("apt-get");
  if (prefix === undefined || apt === undefined) throw new SetupError("apt-get cannot be used here");
  const options = ["DEBIAN_FRONTEND=noninteractive", apt, "-o", "DPkg::Lock::Timeout=120", "-qq"];
  /** @param {string[]} args */
  const run = (args) => runLogged(`apt-get ${packages.join(" ")}`, "env", [...options, ...args], { prefix });
  // An old package list names versions that the mirror no longer has. A list that cannot be renewed may still work:
  // another source of the machine may be out of reach.
  await run(["update"]).catch(() => undefined);
  await run(["install", "-y", "--no-install-recommends", ...packages]);
}
