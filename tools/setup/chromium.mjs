import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { capture } from "./process.mjs";

/** The program's names by distribution and vendor, on Linux and on macOS, the most common first. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const application = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/**
 * The path of Chromium, which set-up for tests provides; undefined if there is none.
 *
 * @param {Pick<import("./machine.mjs").Machine, "command">} machine
 * @returns {string | undefined}
 */
export function chromiumPath(machine) {
  for (const name of names) {
    const path = machine.command(name);
    if (path !== undefined) return path;
  }
  return existsSync(application) ? application : undefined;
}

/** The browser in which end-to-end tests look at the dashboard. @type {import("./part.mjs").Part} */
export const chromiumPart = {
  name: "Chromium",
  needed: "any of these years",
  look: async (machine) => {
    const path = chromiumPath(machine);
    if (path === undefined) return { there: false, found: "none" };
    const { code, stdout } = await capture(path, ["--version"]);
    return { there: code === 0, found: stdout.trim() };
  },
  ways: [
    {
      what: "installing chromium with apt-get",
      obstacle: (machine) => machine.obstacleToApt(),
      make: (machine) => aptInstall(machine, ["chromium"]),
    },
  ],
  byHand: "Install Chromium or Google Chrome (https://www.google.com/chrome/), and run this again.",
};
