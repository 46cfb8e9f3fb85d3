import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ESLint } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../setup/environment.mjs";
import { layersOf } from "./layers.mjs";

/** The project's own configuration, with the rules on imports alone: those on types take seconds. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => ruleId.startsWith("import-x/") || ruleId.includes("no-restricted-"),
});

/** What the lint says of `code` in place of the file at `path`, which must exist. */
async function lint(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, path) });
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? "fatal"}: ${message}`);
}

const importing = (specifier: string) => `import * as imported from "${specifier}";\nexport { imported };\n`;

// The first one loads the plugins.
describe("the lint", { timeout: 60_000 }, () => {
  it.each([
    ["contract/values/text.ts", "../../apps/shared/logger", "the contract stands alone"],
    ["apps/device/main.ts", "../../infra/program", "an app imports neither another app nor what deploys it"],
    ["apps/device/main.ts", "../topic-init/main", "an app imports neither another app"],
    ["apps/device/main.ts", "../consumers/lake/main", "an app imports neither another app"],
    ["apps/broker-sync/main.ts", "../device/main", "an app imports neither another app"],
    ["apps/topic-init/main.ts", "../../tools/versions.json", "an app imports neither another app"],
    ["apps/consumers/console/main.ts", "../lake/main", "an app imports neither another app"],
    ["apps/consumers/lake/main.ts", "../dashboard/main", "an app imports neither another app"],
    ["apps/consumers/dashboard/main.ts", "../lake/main", "an app imports neither another app"],
    ["apps/consumers/dashboard/main.ts", "../../../bench/main", "an app imports neither another app"],
    ["apps/consumers/dashboard/page/src/main.tsx", "../../main", "the page runs in a browser"],
    ["apps/shared/logger.ts", "../device/main", "what apps share knows no app"],
    ["apps/shared/delta/table.ts", "../kafka", "the Delta core knows neither Kafka nor the lake"],
    [
      "apps/shared/delta/table.ts",
      "../lake-table/incarnations",
      "the Delta core knows neither Kafka nor the lake",
    ],
    ["infra/program.ts", "../apps/shared/logger", "infra knows of apps only what the contract says"],
    ["infra/program.ts", "../tools/setup/setup.mjs", "infra knows of apps only what the contract says"],
    ["infra/model/spec.ts", "../plan/stack", "the model says what a stack is"],
    ["infra/config/parse.ts", "../plan/stack", "the configuration is read before anything is planned"],
    ["infra/plan/stack.ts", "../config/parse", "the plan takes a model, never the configuration"],
    ["infra/plan/stack.ts", "../targets/target", "the plan takes a model, never the configuration"],
    ["infra/targets/docker/stack.ts", "../../config/parse", "a target takes plans, never configuration"],
    ["tools/lake/main.ts", "../../bench/main", "tools are not made of tests or benchmarks"],
  ])("refuses that %s imports %s", async (path, specifier, because) => {
    // Some of these close a circle too, which another rule reports.
    expect(await lint(path, importing(specifier))).toContainEqual(
      expect.stringMatching(`^import-x/no-restricted-paths: .*${because}`),
    );
  });

  it.each([
    ["apps/device/main.ts", "kafkajs", "only the transport knows it"],
    ["apps/shared/kafka/index.ts", "kafkajs/src/broker", "only the transport knows it"],
    ["apps/device/main.ts", "@pulumi/pulumi", "only targets, config/load and the program know Pulumi"],
    ["infra/plan/stack.ts", "@pulumi/docker", "only targets, config/load and the program know Pulumi"],
  ])("refuses that %s imports the library %s", async (path, library, because) => {
    expect(await lint(path, importing(library))).toEqual([expect.stringContaining(because)]);
  });

  it.each(["apps/device/main.ts", "infra/program.ts"])(
    "refuses that %s imports what helps tests",
    async (path) => {
      expect(await lint(path, importing("./testing/streams"))).toContainEqual(
        expect.stringContaining("what helps tests is no part of the product"),
      );
    },
  );

  it("refuses a required library like an imported one", async () => {
    const code = 'const decoder = require("kafkajs/src/protocol/decoder");\nexport { decoder };\n';
    expect(await lint("apps/shared/kafka/index.ts", code)).toEqual([
      expect.stringContaining("only the transport knows it"),
    ]);
  });

  it("refuses a circle of imports", async () => {
    expect(readFileSync(join(root, "contract/models/sensor.ts"), "utf8")).toContain('from "./models"');
    expect(await lint("contract/models/models.ts", importing("./sensor"))).toEqual([
      expect.stringContaining("import-x/no-cycle"),
    ]);
  });

  it("refuses an import that leads nowhere", async () => {
    expect(await lint("apps/device/main.ts", importing("./no-such-file"))).toEqual([
      expect.stringContaining("import-x/no-unresolved"),
    ]);
  });

  it.each([
    ["apps/device/main.ts", "../shared/logger"],
    ["apps/device/main.ts", "../../contract/environment/device"],
    ["infra/plan/brokers.test.ts", "../testing/config"],
    ["infra/config/parse.ts", "../model/spec"],
    ["infra/plan/stack.ts", "../model/spec"],
    ["infra/config/load.ts", "@pulumi/pulumi"],
    ["tools/lake/main.ts", "../../apps/shared/logger"],
  ])("allows that %s imports %s", async (path, specifier) => {
    expect(await lint(path, importing(specifier))).toEqual([]);
  });
});

describe("a new folder", () => {
  const project = mkdtempSync(join(tmpdir(), "layers-"));
  afterAll(() => rmSync(project, { recursive: true }));

  it("gets its rules from its place", () => {
    for (const folder of [
      "apps/new-app",
      "apps/consumers/new-consumer",
      "apps/shared",
      "infra/targets/new-target",
    ])
      mkdirSync(join(project, folder), { recursive: true });
    const folders = layersOf(project).map(({ folder }) => folder);
    expect(folders).toEqual(
      expect.arrayContaining(["apps/new-app", "apps/consumers/new-consumer", "infra/targets/new-target"]),
    );
  });
});
