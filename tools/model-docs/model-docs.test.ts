import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modelTypes } from "../../contract/models/models";
import { profileNames } from "../../infra/config/profiles";
import { modelKeys } from "../../infra/config/schema/sensors";
import { root } from "../setup/environment.mjs";
import { examples } from "./examples";
import { sectionOf, withExamples } from "./page";
import { pictures } from "./pictures";
import { yaml } from "./yaml";

const page = readFileSync(join(root, "docs", "models.md"), "utf8");
const folder = join(root, "docs", "pictures");

describe("docs/models.md is up to date (else: npm run model-docs)", () => {
  const drawn = pictures();

  it.each([...drawn.keys()])("the picture %s is what the models draw now", (name) => {
    expect(readFileSync(join(folder, name), "utf8")).toBe(drawn.get(name));
  });

  it("the folder has no other pictures of signals", () => {
    const signals = readdirSync(folder).filter(
      (name) => name.startsWith("profile-") || modelTypes.some((type) => name === `${type}.svg`),
    );
    expect(signals.sort()).toEqual([...drawn.keys()].sort());
  });

  it("the page has the examples of the pictures", () => {
    expect(withExamples(page)).toBe(page);
  });

  it.each(modelTypes)("the section of %s has its picture and each of its settings", (type) => {
    const section = sectionOf(page, type);
    expect(section).toContain(`](pictures/${type}.svg)`);
    const settings = modelKeys(type).filter((key) => key !== "type");
    expect(settings.filter((key) => !section.includes(`| \`${key}\``))).toEqual([]);
    expect(examples[type].sensors.some(({ model }) => (model as { type: string }).type === type)).toBe(true);
  });

  it.each(profileNames)("the section of %s has its picture", (profile) => {
    expect(sectionOf(page, profile)).toContain(`](pictures/profile-${profile}.svg)`);
  });

  it("a missing section or block is an error that names it", () => {
    expect(() => withExamples("")).toThrow('docs/models.md has no section "### `uniform`"');
    expect(() => withExamples("\n### `uniform`\n\ntext\n")).toThrow(
      'the section "uniform" of docs/models.md has no block of yaml',
    );
  });
});

it("the YAML of a value is one line if it fits, otherwise a line for each part", () => {
  const long = "a long text that is not to be broken, but to be on a line";
  const value = [
    {
      name: "a",
      unit: "°C",
      interval: "10s",
      model: { type: "sine", mean: -1.5, values: [1, 2], off: 'say "no"' },
    },
    {
      name: "b",
      list: [
        { text: long, other: "x" },
        { text: long, other: long },
      ],
      object: { one: long, two: long },
    },
  ];
  expect(yaml(value)).toBe(
    `- name: a
  unit: °C
  interval: 10s
  model: { type: sine, mean: -1.5, values: [1, 2], "off": 'say "no"' }
- name: b
  list:
    - { text: ${JSON.stringify(long)}, other: x }
    - text: ${JSON.stringify(long)}
      other: ${JSON.stringify(long)}
  object:
    one: ${JSON.stringify(long)}
    two: ${JSON.stringify(long)}`,
  );
});
