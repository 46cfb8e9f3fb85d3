// npm run model-docs: draws the pictures of docs/models.md with the models themselves, and puts the examples into the page.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { root } from "../setup/environment.mjs";
import { withExamples } from "./page";
import { pictures } from "./pictures";

void runCommand(commands["model-docs"], () => {
  const page = join(root, "docs", "models.md");
  writeFileSync(page, withExamples(readFileSync(page, "utf8")));
  for (const [name, content] of pictures()) writeFileSync(join(root, "docs", "pictures", name), content);
  return Promise.resolve(0);
});
