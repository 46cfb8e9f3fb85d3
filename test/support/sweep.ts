import { removeStacks } from "./docker";

/** Names of stacks made in this run of the tests begin with this. */
export const runPrefix = () => `test-${process.env["KAFKA_IOT_SIM_TEST_RUN"] ?? process.pid.toString(36)}-`;

/** Runs around all end-to-end tests: whatever a test that failed or was broken off has left is removed at the end. */
export default function setup(): () => Promise<void> {
  process.env["KAFKA_IOT_SIM_TEST_RUN"] = process.pid.toString(36);
  return () => removeStacks(runPrefix());
}
