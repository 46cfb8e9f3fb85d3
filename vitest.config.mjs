import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import { endToEndTests, testPatterns, unitTests } from "./tools/setup/checks.mjs";

/**
 * End-to-end files that take long, the longest first: two go side by side, and a long one that began last would run alone. The file that
 * restarts the engine waits for the others that run, so it comes when few are left.
 */
const order = [
  "pipeline",
  "cluster-changes-zookeeper",
  "cluster-changes-kraft",
  "dashboard",
  "cluster",
  "lake-faults",
  "cluster-faults-kraft",
  "cluster-faults",
  "kafka-clients",
  "bad-input",
  "devices",
];

class LongestFirst extends BaseSequencer {
  /** @override @param {import("vitest/node").TestSpecification[]} files */
  async sort(files) {
    const sorted = await super.sort(files);
    const place = (/** @type {import("vitest/node").TestSpecification} */ { moduleId }) => {
      const index = order.indexOf(basename(moduleId, ".test.ts"));
      return index < 0 ? order.length : index;
    };
    return sorted.sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: testPatterns(unitTests),
          // None takes a second on a machine that is not busy; a time limit is for those that hang.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          include: testPatterns(endToEndTests),
          globalSetup: ["test/support/sweep.ts"],
          setupFiles: ["test/support/engine-turn.ts"],
          // Each waits for real containers about half of its time. More at once would keep two cores so busy that time limits are missed.
          maxWorkers: 2,
          // For what hangs: on a machine with ten times its load, an update of three brokers takes 150 s.
          testTimeout: 360_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
