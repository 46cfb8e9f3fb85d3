import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { publish, readStamp, recipeHash, recipes, writeStamp } from "./cache.mjs";
import { fetchBytes, download } from "./download.mjs";
import { pulumiBinDirectory } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { goBuild, obstacleToGo } from "./go.mjs";
import { isExecutable, runLogged } from "./process.mjs";
import { versions } from "./versions.mjs";

const version = versions.pulumi.cli;
const releases = "https://get.pulumi.com/releases/sdk";
const programs = ["pulumi", "pulumi-language-nodejs"];

/** Everything that determines a CLI built here; a change builds it again. */
function recipe() {
  return recipeHash(
    programs.map((_, i) => join(recipes, i === 0 ? "pulumi-cli" : "pulumi-language-nodejs")),
    [version],
  );
}

/** The Pulumi CLI with its Node language host, where the official launcher would put them. @type {import("./part.mjs").Part} */
export const pulumiCliPart = {
  name: "Pulumi CLI",
  needed: version,
  look: () => {
    const folder = pulumiBinDirectory();
    const stamp = readStamp(folder);
    const complete = programs.every((program) => isExecutable(join(folder, program)));
    const there = complete && (stamp === undefined || stamp === recipe());
    return {
      there,
      found: !complete ? "none" : `${version}${stamp ? ", built here" : ""}${there ? "" : ", outdated"}`,
    };
  },
  ways: [
    {
      what: "downloading it from get.pulumi.com",
      obstacle: (machine) => machine.obstacleTo("https://get.pulumi.com"),
      make: (machine) => downloadCli(machine),
    },
    {
      what: "building it from Go modules (2 to 4 min)",
      obstacle: obstacleToGo,
      make: (machine) => buildCli(machine),
    },
  ],
  byHand:
    `Install Go ${versions.go.minimum} or newer (https://go.dev/dl/) and allow its module proxy, or unpack ` +
    `pulumi-v${version} from https://www.pulumi.com/docs/install/versions/ into ${pulumiBinDirectory()}.`,
};

/** @param {import("./machine.mjs").Machine} machine */
async function downloadCli(machine) {
  const system = machine.platform === "win32" ? "windows" : machine.platform;
  const archive = `pulumi-v${version}-${system}-${machine.arch}.tar.gz`;
  const checksums = (await fetchBytes(`${releases}/pulumi-${version}-checksums.txt`)).toString("utf8");
  const sha256 = checksumOf(checksums, archive);
  if (sha256 === undefined) throw new SetupError(`${releases} has no checksum of ${archive}`);
  await publish(pulumiBinDirectory(), async (temporary) => {
    mkdirSync(temporary, { recursive: true });
    await download(`${releases}/${archive}`, join(temporary, archive), sha256);
    await runLogged("Pulumi CLI", "tar", ["-xzf", join(temporary, archive), "-C", temporary]);
    const unpacked = join(temporary, "unpacked");
    renameSync(join(temporary, "pulumi"), unpacked);
    const source = readdirSync(unpacked).includes("bin") ? join(unpacked, "bin") : unpacked;
    for (const name of readdirSync(source)) renameSync(join(source, name), join(temporary, name));
    rmSync(join(temporary, archive));
    rmSync(unpacked, { recursive: true });
  });
}

/**
 * Finds a file's SHA-256 in the text of a checksums file ("<hash>  <name>" a line).
 *
 * @param {string} checksums
 * @param {string} file
 */
export function checksumOf(checksums, file) {
  const line = checksums
    .split("\n")
    .find((text) => text.trim().endsWith(` ${file}`) || text.trim().endsWith(`*${file}`));
  return line?.trim().split(/\s+/)[0];
}

/** @param {import("./machine.mjs").Machine} machine */
async function buildCli(machine) {
  const set = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  await publish(pulumiBinDirectory(), async (temporary) => {
    await goBuild(machine, {
      recipe: "pulumi-cli",
      program: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      output: join(temporary, "pulumi"),
      set,
    });
    await goBuild(machine, {
      recipe: "pulumi-language-nodejs",
      program: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      output: join(temporary, "pulumi-language-nodejs"),
      set,
    });
    writeStamp(temporary, recipe());
  });
}
