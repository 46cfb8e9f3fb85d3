// Which part of the tree may import which. Parts are folders: a new app, target or shared folder gets its rules from its place.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder, and the only folders of the project that its files may import from. All paths are relative to the project.
 *
 * @typedef {{ folder: string, imports: string[], because: string }} Layer
 */

/**
 * The layers of a project, derived from the folders in it. A file belongs to every layer whose folder contains it, and obeys them all.
 *
 * @param {string} root the directory of the project
 * @returns {Layer[]}
 */
export function layersOf(root) {
  const folders = (/** @type {string} */ path) => foldersIn(root, path);
  const apps = [...folders("apps"), ...folders("apps/consumers")].filter(
    (app) => !["apps/shared", "apps/consumers"].includes(app),
  );
  return [
    { folder: "contract", imports: ["contract"], because: "the contract stands alone" },
    ...apps.map((app) => ({
      folder: app,
      imports: [app, "apps/shared", "contract"],
      because: "an app imports neither another app nor what deploys it",
    })),
    {
      folder: "apps/shared",
      imports: ["apps/shared", "contract"],
      because: "what apps share knows no app, and nothing of what deploys them",
    },
    {
      folder: "apps/shared/delta",
      imports: ["apps/shared/delta", "apps/shared/codecs", "contract"],
      because: "the Delta core knows neither Kafka nor the lake",
    },
    {
      folder: "apps/consumers/dashboard/page",
      imports: ["apps/consumers/dashboard/page", "apps/shared/testing", "contract"],
      because: "the page runs in a browser: it shares only the contract with the server",
    },
    {
      folder: "infra",
      imports: ["infra", "contract", "tools/versions.json"],
      because: "infra knows of apps only what the contract says, and runs without the tools",
    },
    {
      folder: "infra/model",
      imports: ["infra/model", "contract"],
      because: "the model says what a stack is, whoever reads or builds it",
    },
    {
      folder: "infra/config",
      imports: ["infra/config", "infra/model", "infra/testing", "contract", "tools/versions.json"],
      because: "the configuration is read before anything is planned",
    },
    {
      folder: "infra/plan",
      imports: ["infra/plan", "infra/model", "infra/testing", "contract"],
      because: "the plan takes a model, never the configuration, and names no engine",
    },
    {
      folder: "infra/preflight",
      imports: ["infra/preflight", "infra/plan", "infra/model", "infra/testing", "contract"],
      because: "what an existing stack allows is the same on every target",
    },
    ...folders("infra/targets").map((target) => ({
      folder: target,
      imports: [
        target,
        "infra/targets/target.ts",
        "infra/app-image",
        "infra/preflight",
        "infra/plan",
        "infra/model",
        "infra/testing",
        "contract",
        "tools/versions.json",
      ],
      because: "a target takes plans, never configuration, and knows no other target",
    })),
    {
      folder: "tools",
      imports: ["tools", "infra", "apps", "contract"],
      because: "tools are not made of tests or benchmarks",
    },
  ];
}

/**
 * Folders that import a library which nothing else may import, and why.
 *
 * @type {{ library: string, folders: string[], because: string }[]}
 */
export const ownersOfLibraries = [
  {
    library: "kafkajs",
    folders: ["apps/shared/kafka/transport", "test", "bench"],
    because: "kafkajs has had no release since 2023: only the transport knows it",
  },
  {
    library: "@pulumi",
    folders: ["infra/targets", "infra/testing", "infra/program", "infra/config/load", "test"],
    because: "only targets, config/load and the program know Pulumi",
  },
];

/**
 * @param {string} root
 * @param {string} path
 */
function foldersIn(root, path) {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${path}/${name}`);
}
