import { expect, it } from "vitest";
import { accessibilityProblems } from "../support/dashboard-page";
import type { DashboardSubject } from "./subject";

/** Every view, for the keyboard, in both colour schemes, on a phone, and for assistive technology. */
export function testViews(subject: () => DashboardSubject): void {
  it("shows every view by keyboard, in both colour schemes, and on a phone", async () => {
    const { page, untilCondition, picture } = subject();
    await page.page.keyboard.press("1");
    await untilCondition("broker-2", "healthy", 10_000);
    await picture("overview", 8_000);
    const views = ["overview", "devices", "topics", "lake", "conservation"];
    for (const [index, view] of views.entries()) {
      await page.page.keyboard.press(String(index + 1));
      await page.until(
        `the view ${view}`,
        `document.querySelector('[data-view]').dataset.view === '${view}'`,
      );
      if (view !== "overview") await picture(view, 1_500);
      await page.resize(360, 740);
      await page.until("no scrolling sideways", "document.documentElement.scrollWidth <= window.innerWidth");
      if (view === "overview") await picture("phone");
      await page.resize(1_440, 900);
    }
    await page.page.keyboard.press("/");
    expect(await page.page.evaluate<string>("document.activeElement.type")).toBe("search");
    await page.page.keyboard.press("Escape");
    await page.page.emulateMedia({ colorScheme: "dark" });
    await page.show("overview");
    await picture("dark", 2_000);
  });

  it.each(["light", "dark"] as const)(
    "has no accessibility problem that axe-core finds in any view, %s",
    async (colorScheme) => {
      const { page } = subject();
      await page.page.emulateMedia({ colorScheme });
      for (const view of ["overview", "devices", "device/boiler", "topics", "lake", "conservation"]) {
        await page.show(view);
        await page.until(
          `the view ${view}`,
          `document.querySelector('[data-view]').dataset.view === '${view.split("/")[0] ?? ""}' && document.querySelector('.waiting') === null`,
        );
        const found: Record<string, string[]> = {};
        for (const [width, height] of [
          [360, 740],
          [1_440, 900],
        ] as const) {
          await page.resize(width, height);
          found[`${view}, ${width} pixels wide`] = await accessibilityProblems(page.page);
        }
        expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
      }
      await page.page.keyboard.press("?");
      await page.page.getByRole("dialog").waitFor();
      expect(await accessibilityProblems(page.page)).toEqual([]);
      await page.page.keyboard.press("Escape");
    },
  );
}
