import { source } from "axe-core";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.1, levels A and AA, and what axe-core takes for good practice. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/**
 * What keeps people from using a page as it is shown now, a line each: the rule, the element and how to mend it. It is evaluated from
 * outside the page, whose policy forbids scripts other than its own.
 *
 * @throws Error if no rule applied, because then nothing was looked at
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
