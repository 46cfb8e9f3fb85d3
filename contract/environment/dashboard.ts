import type { z } from "zod";
import { dashboardContainerPort } from "../ports";
import { ConsumerEnvironment, flag, json, text, wholeNumber } from "./variables";
import { lakeBounds, lakeDeadLettersPath, lakeTablePath } from "./lake";
import { StackMap } from "./stack-map";

/** Environment of the consumer that shows the stack in a browser. */
export const DashboardEnvironment = ConsumerEnvironment.extend({
  DASHBOARD_PORT: wholeNumber(0, 65_535).default(dashboardContainerPort),
  /** What there is to watch. */
  DASHBOARD_STACK: json(StackMap, '{"stack":"dev","coordination":"kraft","brokers":[],…}'),
  /** Prints its state once a second, as one line of JSON (`StateFrame`), instead of serving pages: for `npm run status`. */
  DASHBOARD_PRINTS: flag().default(false),
  /** How long rows may wait for their commit. */
  LAKE_FLUSH_INTERVAL_MS: wholeNumber(
    lakeBounds.flushIntervalMs.minimum,
    lakeBounds.flushIntervalMs.maximum,
  ).default(lakeBounds.flushIntervalMs.default),
  LAKE_TABLE_PATH: text("the directory of the Delta table").default(lakeTablePath),
  LAKE_DEAD_LETTERS_PATH: text("the directory of the Delta table of dead letters").default(
    lakeDeadLettersPath,
  ),
});
export type DashboardEnvironment = z.output<typeof DashboardEnvironment>;
