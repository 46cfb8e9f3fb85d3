import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { chromiumPath } from "../../tools/setup/chromium.mjs";
import { Machine } from "../../tools/setup/machine.mjs";
import { eventually } from "./command";

/** A page of a dashboard in a real browser, with everything that should not happen in it. */
export class DashboardPage {
  /** What the browser complained of: errors of the page's program, violations of its policy, dialogs. */
  readonly complaints: string[] = [];
  /** Requests to anywhere but the dashboard. */
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
      // What a lost stream leaves behind is the browser's own line, which nobody can keep it from.
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
      // Root has no sandbox; the page is our own.
      args: ["--no-sandbox"],
    });
    DashboardPage.browsers.add(browser);
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 }, colorScheme: "light" });
    const opened = new DashboardPage(page, url);
    await page.goto(url);
    return opened;
  }

  /** Goes to a view by its address, as a link in the page does: without loading anything anew. */
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

  /** The number that stands somewhere; grouped digits are read as people do. */
  async numberAt(locator: Locator): Promise<number> {
    return Number(((await locator.textContent()) ?? "").replace(/[^\d.-]/g, ""));
  }

  /**
   * Waits until the page fulfils a condition, given as an expression in it. It is asked again and again from outside, because the page's
   * policy lets nobody evaluate texts in it.
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

  /** Closes all pages that were ever opened. */
  static async closeAll(): Promise<void> {
    await Promise.all([...DashboardPage.browsers].map((browser) => browser.close()));
    DashboardPage.browsers.clear();
  }
}
