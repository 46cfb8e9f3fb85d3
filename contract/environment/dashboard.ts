import type { z } from "zod";
import { dashboardContainerPort } from "../ports";
import { lakeVariables } from "./lake";
import { StackMap } from "./stack-map";
import { ConsumerEnvironment, flag, json, wholeNumber } from "./variables";

/** Environment of the consumer that shows the stack in a browser. */
export const DashboardEnvironment = ConsumerEnvironment.extend({
  ...lakeVariables,
  DASHBOARD_PORT: wholeNumber(0, 65_535).default(dashboardContainerPort),
  /** The parts of the stack to watch. */
  DASHBOARD_STACK: json(StackMap, '{"stack":"dev","coordination":"kraft","brokers":[],…}'),
  /** Instead of serving pages, the dashboard prints its state once a second as one line of JSON (`StateFrame`), for `npm run status`. */
  DASHBOARD_PRINTS: flag().default(false),
});
export type DashboardEnvironment = z.output<typeof DashboardEnvironment>;
