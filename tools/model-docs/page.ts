import { modelTypes } from "../../contract/models/models";
import { profileNames, profiles } from "../../infra/config/profiles";
import { examples, recordedCsv } from "./examples";
import { yaml } from "./yaml";

/**
 * Puts the examples into the page: replaces the block of YAML (and of CSV) in the section of each model and each profile.
 * @throws Error if a section or its block is missing
 */
export function withExamples(page: string): string {
  const ofModels = modelTypes.map((type) => [type, yaml(examples[type].sensors)] as const);
  const ofProfiles = profileNames.map((name) => [name, yaml(profiles[name])] as const);
  const filled = [...ofModels, ...ofProfiles].reduce(
    (text, [name, example]) => withBlock(text, name, "yaml", example),
    page,
  );
  return withBlock(filled, "replay", "csv", recordedCsv.trimEnd());
}

/** The section of a model or a profile, from its heading to the next. */
export function sectionOf(page: string, name: string): string {
  const start = page.indexOf(`\n### \`${name}\`\n`);
  if (start < 0) throw new Error(`docs/models.md has no section "### \`${name}\`"`);
  const end = page.slice(start + 1).search(/\n##/);
  return end < 0 ? page.slice(start) : page.slice(start, start + 1 + end);
}

function withBlock(page: string, name: string, language: string, content: string): string {
  const section = sectionOf(page, name);
  const block = new RegExp(`(\n\`\`\`${language}\n)[^\`]*(\`\`\`\n)`);
  if (!block.test(section))
    throw new Error(`the section "${name}" of docs/models.md has no block of ${language}`);
  return page.replace(section, () =>
    section.replace(block, (_, open: string, close: string) => `${open}${content}\n${close}`),
  );
}
