import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { chromiumPath } from "../../tools/setup/chromium.mjs";
import { Machine } from "../../tools/setup/machine.mjs";
import { eventually } from "./command";
import { source, type AxeResults } from "axe-core";

/** A page of a dashboard in a real browser. It records everything that must not happen. */
export class DashboardPage {
  /** Errors of the page's program, violations of its policy, and dialogs. */
  readonly complaints: string[] = [];
  /** Requests to other origins than the dashboard's. */
  readonly foreignRequests: string[] = [];
  /** How often the document was loaded. */
  loads = 0;

  private static readonly browsers = new Set<Browser>();

  private constructor(
    readonly page: Page,
    url: string,
  ) {
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("dialog", (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      // The browser itself prints a line for a lost stream, which the page cannot prevent.
      if (message.type() === "error" && !/net::ERR_|ERR_INCOMPLETE_CHUNKED/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== new URL(url).origin && protocol !== "data:") this.foreignRequests.push(request.url());
    });
    page.on("domcontentloaded", () => this.loads++);
  }

  static async open(url: string): Promise<DashboardPage> {
    const browser = await chromium.launch({
      executablePath: chromiumPath(new Machine()) ?? "chromium",
      // Chromium has no sandbox for root; the page is the project's own.
      args: ["--no-sandbox"],
    });
    DashboardPage.browsers.add(browser);
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 }, colorScheme: "light" });
    const opened = new DashboardPage(page, url);
    await page.goto(url);
    return opened;
  }

  /** Goes to a view by its address, as a link in the page does: without a reload. */
  async show(view: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
  }

  /** A node of the topology. */
  node(name: string): Locator {
    return this.page.locator(`[data-testid=node][data-name=${JSON.stringify(name)}]`);
  }

  device(name: string): Locator {
    return this.page.locator(`[data-testid=device][data-device=${JSON.stringify(name)}]`);
  }

  find(hook: string): Locator {
    return this.page.getByTestId(hook);
  }

  /** The number in an element, which may have grouped digits. */
  async numberAt(locator: Locator): Promise<number> {
    return Number(((await locator.textContent()) ?? "").replace(/[^\d.-]/g, ""));
  }

  /**
   * Waits until the page fulfils a condition, an expression in the page. It is evaluated repeatedly from outside, because the page's
   * policy forbids the evaluation of texts.
   */
  async until(what: string, expression: string, timeoutMs = 15_000): Promise<void> {
    await eventually(`the page shows ${what}`, timeoutMs, async () =>
      (await this.page.evaluate<boolean>(expression)) ? true : undefined,
    );
  }

  /** Waits until the browser has drawn what the page has changed: a program of the page runs before a frame, and has run before the next. */
  async drawn(): Promise<void> {
    const frame = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
    await this.page.evaluate(frame);
  }

  /** Gives it the size of another device's screen. */
  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** Closes all open pages. */
  static async closeAll(): Promise<void> {
    await Promise.all([...DashboardPage.browsers].map((browser) => browser.close()));
    DashboardPage.browsers.clear();
  }
}

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
