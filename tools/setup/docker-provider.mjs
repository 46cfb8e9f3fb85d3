import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { publish, readStamp, recipeHash, recipes, writeStamp } from "./cache.mjs";
import { pulumiBinDirectory, pulumiHome, toolEnvironment } from "./environment.mjs";
import { goBuild, obstacleToGo } from "./go.mjs";
import { isExecutable, runLogged } from "./process.mjs";
import { versions } from "./versions.mjs";

const version = versions.pulumi.dockerProvider;

/** Where Pulumi looks for this version of the plugin. */
function pluginDirectory() {
  return join(pulumiHome(), "plugins", `resource-docker-v${version}`);
}

/** Everything that determines a plugin built here; a change builds it again. */
function recipe() {
  return recipeHash([join(recipes, "docker-provider")], [version]);
}

/** Pulumi's Docker provider plugin. @type {import("./part.mjs").Part} */
export const dockerProviderPart = {
  name: "Docker provider",
  needed: version,
  look: () => {
    const present = isExecutable(join(pluginDirectory(), "pulumi-resource-docker"));
    const stamp = readStamp(pluginDirectory());
    const there = present && (stamp === undefined || stamp === recipe());
    return {
      there,
      found: !present ? "none" : `${version}${stamp ? ", built here" : ""}${there ? "" : ", outdated"}`,
    };
  },
  ways: [
    {
      what: "pulumi plugin install",
      obstacle: (machine) => machine.obstacleTo("https://get.pulumi.com"),
      make: async () => {
        const args = ["plugin", "install", "resource", "docker", `v${version}`];
        await runLogged("Docker provider", join(pulumiBinDirectory(), "pulumi"), args, {
          env: toolEnvironment(),
        });
      },
    },
    {
      what: "building it from Go modules (1 to 3 min)",
      obstacle: obstacleToGo,
      make: async (machine) => {
        await publish(pluginDirectory(), async (temporary) => {
          mkdirSync(temporary, { recursive: true });
          await goBuild(machine, {
            recipe: "docker-provider",
            program: ".",
            output: join(temporary, "pulumi-resource-docker"),
            set: `main.version=${version}`,
            // Compose is a third of the code, and Pulumi's plugin does not use it.
            flags: ["-tags=no_compose"],
          });
          writeStamp(temporary, recipe());
        });
      },
    },
  ],
  byHand:
    `Install Go ${versions.go.minimum} or newer (https://go.dev/dl/) and allow its module proxy, or run ` +
    `pulumi plugin install resource docker v${version} where get.pulumi.com can be reached and copy ${pluginDirectory()}.`,
};
