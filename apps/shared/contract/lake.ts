import type { z } from "zod";
import { ConsumerEnvironment } from "./consumer";
import { commaList, text, wholeNumber } from "./environment";
import { topicNamePattern } from "./topic-name";

/** Where the lake's volume is mounted, and where in it the table of observations lies. */
export const lakeMountPath = "/app/delta_lake";
export const lakeTablePath = `${lakeMountPath}/bronze`;

/**
 * Environment of the consumer that writes the Delta table. A flush happens at the interval, the rows or the bytes,
 * whichever is first.
 */
export const LakeEnvironment = ConsumerEnvironment.extend({
  LAKE_TABLE_PATH: text("the directory of the Delta table").default(lakeTablePath),
  /**
   * All topics that devices publish to now. Topics that the table was fed from and that are not among these belonged to
   * devices since removed; the lake reads those to their end, so that their last observations are not lost.
   */
  LAKE_PLANNED_TOPICS: commaList("all topics of the stack", topicNamePattern),
  LAKE_FLUSH_INTERVAL_MS: wholeNumber(100, 3_600_000).default(10_000),
  LAKE_FLUSH_ROWS: wholeNumber(1, 10_000_000).default(100_000),
  LAKE_FLUSH_BYTES: wholeNumber(1, 1_073_741_824).default(33_554_432),
});
export type LakeEnvironment = z.output<typeof LakeEnvironment>;
