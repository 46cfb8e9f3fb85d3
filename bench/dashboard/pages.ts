import { type Browser, chromium, type Page } from "playwright-core";
import { Agent, get } from "node:http";
import { chromiumPath } from "../../tools/setup/chromium.mjs";
import { Machine } from "../../tools/setup/machine.mjs";

/** Where the page tells of drawing. Programs for the page are texts here, because nothing else knows the types of a browser. */
const dataset = "document.documentElement.dataset";

/** What drawing told of itself: see the page's `markDrawn`. */
interface Drawn {
  readonly observationMs: number;
  readonly drawnMs: number;
}

/** What a page took to come. */
export interface PageLoad {
  /** Bytes of all answers but the stream's, as they were transferred. */
  readonly transferredBytes: number;
  /** From the begin of the navigation to the first point of a curve. */
  readonly firstCurveMs: number;
}

/** A page of the dashboard in a real browser. */
export class BrowserPage {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    readonly load: PageLoad,
  ) {}

  /** Opens the page of devices and waits for its first curve. */
  static async open(url: string): Promise<BrowserPage> {
    const browser = await chromium.launch({
      executablePath: chromiumPath(new Machine()) ?? "chromium",
      // Root has no sandbox; the page is our own.
      args: ["--no-sandbox"],
    });
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let transferredBytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (transferredBytes += encodedDataLength));
    await page.goto(`${url}/#/devices`, { waitUntil: "domcontentloaded" });
    // Not the browser's own waiting, which would have to evaluate a text in the page: its policy forbids that.
    while (!(await page.evaluate<boolean>(`${dataset}.firstCurveAtMs !== undefined`)));
    const firstCurveMs = await page.evaluate<number>(
      `Number(${dataset}.firstCurveAtMs) - performance.timeOrigin`,
    );
    return new BrowserPage(browser, page, { transferredBytes, firstCurveMs });
  }

  /** How long each newest observation took to the screen, for a while, in milliseconds. */
  async latencies(forMs: number): Promise<number[]> {
    const drawn = await this.page.evaluate<Drawn[]>(`new Promise((resolve) => {
      const seen = [];
      const look = () =>
        seen.push({ observationMs: Number(${dataset}.drawnObservationMs), drawnMs: Number(${dataset}.drawnAtMs) });
      new MutationObserver(look).observe(document.documentElement, { attributeFilter: ["data-drawn-at-ms"] });
      setTimeout(() => resolve(seen), ${forMs});
    })`);
    return drawn.map(({ observationMs, drawnMs }) => drawnMs - observationMs);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Reads the stream of devices as so many pages do, but draws nothing: a browser for each would need the machine for itself. */
export class Followers {
  private readonly agent = new Agent({ maxSockets: Infinity });
  private received = 0;

  /** @param url of the dashboard */
  static async open(url: string, count: number): Promise<Followers> {
    const followers = new Followers();
    await Promise.all(
      Array.from({ length: count }, () => followers.follow(`${url}/api/stream?view=devices`)),
    );
    return followers;
  }

  /** Bytes that all of them have received. */
  get receivedBytes(): number {
    return this.received;
  }

  close(): void {
    this.agent.destroy();
  }

  private follow(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: this.agent }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`the dashboard answered ${response.statusCode}`));
          return;
        }
        response.on("data", (chunk: Buffer) => (this.received += chunk.length));
        response.on("error", () => {});
        resolve();
      });
      request.on("error", reject);
    });
  }
}
