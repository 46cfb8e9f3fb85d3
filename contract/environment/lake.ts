import { z } from "zod";
import { commaList, ConsumerEnvironment, text, wholeNumber } from "./variables";
import { topicNamePattern } from "../values/fields";

/** Where the lake's volume is mounted, and where in it the tables of observations and of dead letters lie. */
export const lakeMountPath = "/app/delta_lake";
export const lakeTablePath = `${lakeMountPath}/bronze`;
export const lakeDeadLettersPath = `${lakeMountPath}/dead_letters`;

/** What users can set of the lake: bounds and defaults, for the stack's configuration and the app's environment alike. */
export const lakeBounds = {
  /** The longest that a row waits for its commit. */
  flushIntervalMs: { minimum: 100, maximum: 3_600_000, default: 10_000 },
  /** Rows that make a commit before its time has come, unless their messages have reached the limit of bytes. */
  flushRows: { minimum: 1, maximum: 10_000_000, default: 250_000 },
  /** Commits from one checkpoint of the log to the next. */
  checkpointEvery: { minimum: 1, maximum: 10_000, default: 10 },
  /** How long a minute's partition rests before its files become one; 0, outside the bounds, is for never. */
  compactAfterMs: { minimum: 1_000, maximum: 604_800_000, default: 120_000 },
  /** How long removed files and log entries stay, for time travel and for readers that still have them open. */
  retentionMs: { minimum: 60_000, maximum: 31_536_000_000, default: 604_800_000 },
} as const;

/**
 * What to do when a topic was made anew, or has dropped messages that were not read yet: stop, or go on as a new incarnation
 * whose rows stay distinguishable.
 */
export const lostOffsetsActions = ["stop", "new-lineage"] as const;
export type LostOffsetsAction = (typeof lostOffsetsActions)[number];
export const defaultLostOffsetsAction: LostOffsetsAction = "stop";

/** The lake as its stack wants it. */
export type LakeSettings = Readonly<Record<keyof typeof lakeBounds, number>> & {
  readonly onLostOffsets: LostOffsetsAction;
};

const setting = (bounds: { readonly minimum: number; readonly maximum: number; readonly default: number }) =>
  wholeNumber(bounds.minimum, bounds.maximum).default(bounds.default);

/**
 * Environment of the consumer that writes the Delta table. A flush happens at the interval, the rows or the bytes,
 * whichever is first.
 */
export const LakeEnvironment = ConsumerEnvironment.extend({
  LAKE_TABLE_PATH: text("the directory of the Delta table").default(lakeTablePath),
  /** Where messages go that are no observations. */
  LAKE_DEAD_LETTERS_PATH: text("the directory of the Delta table of dead letters").default(
    lakeDeadLettersPath,
  ),
  /**
   * All topics that devices publish to now. Topics that the table was fed from and that are not among these belonged to
   * devices since removed; the lake reads those to their end, so that their last observations are not lost.
   */
  LAKE_PLANNED_TOPICS: commaList("all topics of the stack", topicNamePattern),
  LAKE_FLUSH_INTERVAL_MS: setting(lakeBounds.flushIntervalMs),
  LAKE_FLUSH_ROWS: setting(lakeBounds.flushRows),
  LAKE_FLUSH_BYTES: wholeNumber(1, 1_073_741_824).default(29_360_128),
  LAKE_CHECKPOINT_EVERY: setting(lakeBounds.checkpointEvery),
  /** 0 for never. */
  LAKE_COMPACT_AFTER_MS: setting({ ...lakeBounds.compactAfterMs, minimum: 0 }),
  /** The stack's configuration asks for a minute or more; tests cannot wait that long. */
  LAKE_RETENTION_MS: setting({ ...lakeBounds.retentionMs, minimum: 1_000 }),
  LAKE_ON_LOST_OFFSETS: z
    .enum(lostOffsetsActions, `set it to ${lostOffsetsActions.join(" or ")}`)
    .default(defaultLostOffsetsAction),
});
export type LakeEnvironment = z.output<typeof LakeEnvironment>;
