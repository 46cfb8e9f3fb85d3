import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { architecture } from "./tools/architecture/eslint.mjs";
import importX from "eslint-plugin-import-x";

export default defineConfig(
  globalIgnores(["dist/", "node_modules/", ".pulumi-state/"]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
      globals: { process: "readonly", console: "readonly", Buffer: "readonly", URL: "readonly" },
    },
    rules: {
      // tsc checks names with types at hand.
      "no-undef": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // The types that a schema or a mock is made of are named once, where they are given.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
<<<<<<< ours
    },
  },
  ...architecture(import.meta.dirname),
=======
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        {
          basePath: import.meta.dirname,
          zones: [
            direction(
              "./apps",
              ["./infra", "./tools", "./test", "./bench"],
              undefined,
              "apps know nothing of what deploys them",
            ),
            direction(
              "./infra",
              "./apps",
              ["./shared/contract"],
              "infra knows of apps only what shared/contract says",
            ),
            direction("./infra", "./tools", ["./versions.json"], "infra runs without the tools"),
            direction(
              ["./infra/plan", "./infra/config"],
              "./infra/targets",
              undefined,
              "plans come before resources",
            ),
            direction(
              "./infra/targets",
              "./infra/config",
              undefined,
              "components take plans, never configuration",
            ),
            direction("./apps/shared/contract", "./apps", ["./shared/contract"], "the contract stands alone"),
            direction(
              "./apps/shared",
              ["./apps/device", "./apps/topic-init", "./apps/broker-sync", "./apps/consumers"],
              undefined,
              "what is shared knows no app",
            ),
            direction(
              "./apps/device",
              ["./apps/topic-init", "./apps/broker-sync", "./apps/consumers"],
              undefined,
              "apps do not import each other",
            ),
            direction(
              "./apps/topic-init",
              ["./apps/device", "./apps/broker-sync", "./apps/consumers"],
              undefined,
              "apps do not import each other",
            ),
            direction(
              "./apps/broker-sync",
              ["./apps/device", "./apps/topic-init", "./apps/consumers"],
              undefined,
              "apps do not import each other",
            ),
            direction(
              "./apps/consumers/console",
              [
                "./apps/device",
                "./apps/topic-init",
                "./apps/broker-sync",
                "./apps/consumers/lake",
                "./apps/consumers/dashboard",
              ],
              undefined,
              "apps do not import each other",
            ),
            direction(
              "./apps/consumers/lake",
              ["./apps/device", "./apps/topic-init", "./apps/broker-sync", "./apps/consumers/console"],
              undefined,
              "apps do not import each other",
            ),
            direction(
              "./apps/shared/delta",
              "./apps",
              ["./shared/delta"],
              "the Delta core knows nothing of Kafka or the app",
            ),
          ],
        },
      ],
    },
  },
  {
    files: ["infra/**"],
    ignores: ["infra/targets/**", "infra/config/load.ts", "infra/program.ts", "infra/**/*.test.ts"],
    rules: restrictImports(["@pulumi", "only components, config/load and the program know Pulumi"]),
  },
  {
    files: ["apps/**"],
    ignores: ["apps/shared/kafka/**"],
    rules: restrictImports(
      ["kafkajs", "kafkajs has had no release since 2023: only apps/shared/kafka knows it"],
      ["@pulumi", "apps know nothing of what deploys them"],
    ),
  },
  {
    files: ["apps/shared/kafka/**"],
    rules: restrictImports(["@pulumi", "apps know nothing of what deploys them"]),
  },
>>>>>>> theirs
  { files: ["*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["**/*.test.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
