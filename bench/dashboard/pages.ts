import { type Browser, chromium, type Page } from "playwright-core";
import { Agent, get } from "node:http";
import { chromiumPath } from "../../tools/setup/chromium.mjs";
import { Machine } from "../../tools/setup/machine.mjs";

/** Where the page reports what it has drawn. Programs for the page are texts, because this project compiles without the types of a browser. */
const dataset = "document.documentElement.dataset";

/** What the page reported about one drawing: see `markDrawn` of the page. */
interface Drawn {
  readonly observationMs: number;
  readonly drawnMs: number;
}

/** What loading a page took. */
export interface PageLoad {
  /** Transferred bytes of all answers except the stream. */
  readonly transferredBytes: number;
  /** From the start of the navigation to the first point of a curve. */
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
      // Chromium has no sandbox for root; the page is ours.
      args: ["--no-sandbox"],
    });
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let transferredBytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (transferredBytes += encodedDataLength));
    await page.goto(`${url}/#/devices`, { waitUntil: "domcontentloaded" });
    // `waitForFunction` would evaluate a text in the page, which the page's security policy forbids.
    while (!(await page.evaluate<boolean>(`${dataset}.firstCurveAtMs !== undefined`)));
    const firstCurveMs = await page.evaluate<number>(
      `Number(${dataset}.firstCurveAtMs) - performance.timeOrigin`,
    );
    return new BrowserPage(browser, page, { transferredBytes, firstCurveMs });
  }

  /** Watches the page for a while. @returns for each drawing how old its newest observation was, in milliseconds */
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

/** Reads the stream of devices as many pages would, without drawing: that many browsers would need the whole machine. */
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

  /** The bytes that all followers have received. */
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
