import { writeFileSync } from "node:fs";

/** A reporter for vitest: writes how long each test file took to the file that the variable FILE_TIMES names. */
export default class FileTimesReporter {
  /** @type {import("./checks.mjs").FileTime[]} */
  #times = [];

  /** @param {import("vitest/node").TestModule} module */
  onTestModuleEnd(module) {
    const { collectDuration, duration } = module.diagnostic();
    this.#times.push({ file: module.relativeModuleId, ms: Math.round(collectDuration + duration) });
  }

  onTestRunEnd() {
    const path = process.env.FILE_TIMES;
    if (path !== undefined) writeFileSync(path, JSON.stringify(this.#times));
  }
}
