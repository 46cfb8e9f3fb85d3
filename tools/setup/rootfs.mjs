import { existsSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { publish, recipeHash } from "./cache.mjs";
import { cacheDirectory } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { runLogged } from "./process.mjs";
import { versions } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

const { suite, mirror } = versions.debian;

/** No manual pages, documents or translations; no fsync after each file. */
const options = [
  "--variant=essential",
  // A merged /usr from the start needs no usrmerge, which would bring all of Perl.
  "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
  "--dpkgopt=path-exclude=/usr/share/man/*",
  "--dpkgopt=path-exclude=/usr/share/locale/*",
  "--dpkgopt=path-exclude=/usr/share/doc/*",
  "--dpkgopt=path-include=/usr/share/doc/*/copyright",
  "--dpkgopt=force-unsafe-io",
];

/** The packages of each local image's Debian beside the essential ones. */
const contents = {
  node: { packages: ["libstdc++6"], hooks: /** @type {string[]} */ ([]) },
  prometheus: {
    packages: ["prometheus"],
    // Sources of the time zones of its page: 200 MB that nothing reads.
    hooks: ['--customize-hook=rm -rf "$1"/usr/share/javascript/moment-timezone/data'],
  },
  java: {
    packages: ["openjdk-17-jre-headless", "netcat-openbsd"],
    hooks: [
      // Java's packages fail without it; they put links to manual pages there.
      '--setup-hook=mkdir -p "$1/usr/share/man/man1"',
      // For javac, and for heaps above 32 GB.
      '--customize-hook=rm -f "$1"/usr/lib/jvm/*/lib/ct.sym "$1"/usr/lib/jvm/*/lib/server/classes_nocoops.jsa',
    ],
  },
};

/** @typedef {keyof typeof contents} RootfsKind */

/** What decides the content of a root file system, for the hash of what is made from it. @param {RootfsKind} kind */
export function rootfsRecipe(kind) {
  return recipeHash([], [suite, mirror, options, contents[kind]]);
}

/** Why no Debian can be made here, or undefined. @param {Machine} machine */
export async function obstacleToRootfs(machine) {
  const linuxOnly = machine.obstacleToLinux();
  if (linuxOnly !== undefined) return linuxOnly;
  const unreachable = await machine.obstacleTo(mirror);
  if (unreachable !== undefined) return unreachable;
  if (machine.command("mmdebstrap")) return undefined;
  const apt = await machine.obstacleToApt();
  return apt && `there is no mmdebstrap, and ${apt}`;
}

/**
 * Makes a minimal Debian as a tar file in the cache.
 *
 * @param {Machine} machine
 * @param {RootfsKind} kind
 * @returns {Promise<string>} its path
 * @throws {SetupError}
 */
export async function ensureRootfs(machine, kind) {
  const path = join(cacheDirectory(), `debian-${kind}-${rootfsRecipe(kind)}.tar`);
  if (existsSync(path)) return path;
  if (machine.command("mmdebstrap") === undefined) {
    await machine.once("install mmdebstrap", () => aptInstall(machine, ["mmdebstrap"]));
  }
  const mmdebstrap = machine.command("mmdebstrap");
  if (mmdebstrap === undefined) throw new SetupError("there is no mmdebstrap");
  const { packages, hooks } = contents[kind];
  await publish(path, async (temporary) => {
    const include = `--include=${["usr-is-merged", ...packages].join(",")}`;
    const args = [...options, include, ...hooks, "--format=tar", suite, temporary, mirror];
    await runLogged(`Debian for ${kind}`, mmdebstrap, args);
  });
  return path;
}
