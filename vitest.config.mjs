import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{contract,apps,infra,tools,bench}/**/*.test.ts", "test/*/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/*.test.ts"],
          globalSetup: ["test/support/sweep.ts"],
          // They share one engine of two cores, and each waits for real containers.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
