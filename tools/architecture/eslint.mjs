// The layers as rules of ESLint.
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";
import { layersOf, ownersOfLibraries } from "./layers.mjs";

const extensions = [".ts", ".tsx", ".mjs", ".js", ".json"];

/**
 * ESLint configurations that refuse imports against the layers, imports of a library by anyone but its owners, and circles of imports.
 *
 * @param {string} root the directory of the project
 * @returns {import("eslint").Linter.Config[]}
 */
export function architecture(root) {
  const owners = new Set(ownersOfLibraries.flatMap(({ folders }) => folders));
  return [
    {
      plugins: { "import-x": /** @type {any} */ (importX) },
      settings: {
        "import-x/extensions": extensions,
        "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
        // Without a resolver that knows `.ts` the rules below see no file, and pass.
        "import-x/resolver-next": [createNodeResolver({ extensions })],
      },
      rules: {
        "import-x/no-unresolved": "error",
        "import-x/no-cycle": "error",
        "import-x/no-restricted-paths": ["error", { basePath: root, zones: layersOf(root).map(zone) }],
        ...restrictLibraries(ownersOfLibraries),
      },
    },
    ...[...owners].map((owner) => ({
      files: [`${owner}/**`, `${owner}.ts`, `${owner}.test.ts`],
      rules: restrictLibraries(ownersOfLibraries.filter(({ folders }) => !folders.includes(owner))),
    })),
    {
      ignores: ["**/*.test.ts", "**/testing/**", "test/**", "bench/**"],
      plugins: { "@typescript-eslint": tseslint.plugin },
      rules: {
        "@typescript-eslint/no-restricted-imports": [
          "error",
          {
            patterns: [{ regex: "(^|/)testing(/|$)", message: "what helps tests is no part of the product" }],
          },
        ],
      },
    },
  ];
}

/** @param {import("./layers.mjs").Layer} layer */
function zone({ folder, imports, because }) {
  return {
    target: folder,
    from: ".",
    except: ["node_modules", ...imports],
    message: `${because}.`,
  };
}

/**
 * @param {typeof ownersOfLibraries} libraries
 * @returns {import("eslint").Linter.RulesRecord}
 */
function restrictLibraries(libraries) {
  const patterns = libraries.map(({ library, because }) => ({ regex: `^${library}(/|$)`, message: because }));
  const requires = libraries.map(({ library, because }) => ({
    selector: `CallExpression[callee.name=/^require/][arguments.0.value=/^${library}(\\u002f|$)/]`,
    message: because,
  }));
  return {
    "no-restricted-imports": ["error", { patterns }],
    "no-restricted-syntax": ["error", ...requires],
  };
}
