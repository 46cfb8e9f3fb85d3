import { chmodSync, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { publish } from "./cache.mjs";
import { cachedNodeDirectory, isNodeNewEnough, nodeDirectory } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { isExecutable, runLogged } from "./process.mjs";
import { versions } from "./versions.mjs";

const { version, minimumMajor } = versions.node;

/** A Node that Pulumi's SDK and the tests run on. @type {import("./part.mjs").Part} */
export const nodePart = {
  name: "Node",
  needed: `${minimumMajor} or newer`,
  look: () => {
    if (isNodeNewEnough(process.version)) return { there: true, found: process.version };
    const cached = isExecutable(join(nodeDirectory(), "node"));
    return {
      there: cached,
      found: cached ? `${process.version}, and v${version} in the cache` : process.version,
    };
  },
  ways: [
    {
      what: `this one is ${process.version}; fetching ${version} from the npm registry`,
      obstacle: (machine) => machine.obstacleToLinux(),
      make: () => ensureCachedNode(),
    },
  ],
  byHand: `Install Node ${versions.node.version.split(".")[0]} from https://nodejs.org/ and run this again.`,
};

/**
 * Puts the pinned Node binary of this architecture into the cache; the local image of the apps uses it, too.
 * Package node-linux-<arch> of the npm registry holds the official binary.
 */
export async function ensureCachedNode() {
  const folder = dirname(cachedNodeDirectory());
  if (isExecutable(join(folder, "bin", "node"))) return;
  const name = `node-linux-${process.arch}`;
  await publish(folder, async (temporary) => {
    mkdirSync(join(temporary, "bin"), { recursive: true });
    // npm checks the package against the registry's checksum.
    await runLogged("Node", "npm", [
      "pack",
      `${name}@${version}`,
      "--silent",
      "--pack-destination",
      temporary,
    ]);
    const archive = readdirSync(temporary).find((file) => file.endsWith(".tgz"));
    if (archive === undefined) throw new SetupError(`npm pack ${name}@${version} made no package`);
    const members = ["package/bin/node", "package/LICENSE"];
    await runLogged("Node", "tar", ["-xzf", join(temporary, archive), "-C", temporary, ...members]);
    copyFileSync(join(temporary, "package", "bin", "node"), join(temporary, "bin", "node"));
    copyFileSync(join(temporary, "package", "LICENSE"), join(temporary, "LICENSE"));
    chmodSync(join(temporary, "bin", "node"), 0o755);
    await runLogged("Node", "rm", ["-rf", join(temporary, archive), join(temporary, "package")]);
  });
}
