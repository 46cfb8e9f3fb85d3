import { source } from "axe-core";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.1, levels A and AA, and axe-core's good practice. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/**
 * The accessibility problems of a page as it is shown now, one a line: the rule, the element and the remedy. The rules are evaluated from
 * outside the page, whose policy forbids foreign scripts.
 *
 * @throws Error if no rule applied, because then nothing was checked
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(`if (window.axe === undefined) { ${source} }`);
  const { violations, passes } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations", "passes"] })`,
  );
  if (passes.length === 0) throw new Error("axe-core has checked nothing of the page");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}
