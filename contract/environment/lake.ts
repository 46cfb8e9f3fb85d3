import { z } from "zod";
import { topicNamePattern } from "../values/fields";
import { commaList, ConsumerEnvironment, text, wholeNumber } from "./variables";

/** The lake's volume is mounted here. */
export const lakeMountPath = "/app/delta_lake";
/** The table of observations. */
export const lakeTablePath = `${lakeMountPath}/bronze`;
/** The table of dead letters. */
export const lakeDeadLettersPath = `${lakeMountPath}/dead_letters`;

/** The lake's settings that users can change: bounds and defaults, for the stack's configuration and the app's environment alike. */
export const lakeBounds = {
  /** Maximum time that a row waits for its commit. */
  flushIntervalMs: { minimum: 100, maximum: 3_600_000, default: 10_000 },
  /** Number of rows that cause a commit before the interval has passed, unless their messages reach {@link lakeFlushBytes} first. */
  flushRows: { minimum: 1, maximum: 10_000_000, default: 250_000 },
  /** Commits from one checkpoint of the log to the next. */
  checkpointEvery: { minimum: 1, maximum: 10_000, default: 10 },
  /** How long a minute's partition must be unchanged before its files are compacted; 0, outside the bounds, means never. */
  compactAfterMs: { minimum: 1_000, maximum: 604_800_000, default: 120_000 },
  /** How long removed files and log entries stay, for time travel and for readers that still have them open. */
  retentionMs: { minimum: 60_000, maximum: 31_536_000_000, default: 604_800_000 },
} as const;

/** Bytes of messages that cause a commit before the interval has passed. */
export const lakeFlushBytes = { minimum: 1, maximum: 1_073_741_824, default: 29_360_128 } as const;

/**
 * What the lake does if a topic was deleted and made again, or dropped messages before they were read: it stops, or it goes on with a new
 * incarnation of the topic, whose rows stay distinguishable.
 */
export const lostOffsetsActions = ["stop", "new-incarnation"] as const;
export type LostOffsetsAction = (typeof lostOffsetsActions)[number];
export const defaultLostOffsetsAction: LostOffsetsAction = "stop";

/** The actions as they can be written; `new-lineage` is the old name of `new-incarnation`. */
export const lostOffsetsWords = [...lostOffsetsActions, "new-lineage"] as const;

/** The action of a word. */
export function lostOffsetsActionOf(word: (typeof lostOffsetsWords)[number]): LostOffsetsAction {
  return word === "new-lineage" ? "new-incarnation" : word;
}

/** Settings of the lake in its stack. */
export type LakeSettings = Readonly<Record<keyof typeof lakeBounds, number>> & {
  readonly onLostOffsets: LostOffsetsAction;
};

const setting = (bounds: { readonly minimum: number; readonly maximum: number; readonly default: number }) =>
  wholeNumber(bounds.minimum, bounds.maximum).default(bounds.default);

/** What every reader of the lake's tables needs to know. */
export const lakeVariables = {
  LAKE_TABLE_PATH: text("the directory of the Delta table").default(lakeTablePath),
  /** The table of messages that are not observations. */
  LAKE_DEAD_LETTERS_PATH: text("the directory of the Delta table of dead letters").default(
    lakeDeadLettersPath,
  ),
  LAKE_FLUSH_INTERVAL_MS: setting(lakeBounds.flushIntervalMs),
};

/** Environment of the consumer that writes the Delta table. It commits at the interval, the rows or the bytes, whichever comes first. */
export const LakeEnvironment = ConsumerEnvironment.extend({
  ...lakeVariables,
  /**
   * All topics that devices publish to now. A topic that the table was fed from and that is missing here belonged to a device that was
   * removed. The lake reads such a topic to its end, so that its last observations are not lost.
   */
  LAKE_PLANNED_TOPICS: commaList("all topics of the stack", topicNamePattern),
  LAKE_FLUSH_ROWS: setting(lakeBounds.flushRows),
  LAKE_FLUSH_BYTES: setting(lakeFlushBytes),
  LAKE_CHECKPOINT_EVERY: setting(lakeBounds.checkpointEvery),
  /** 0 means never. */
  LAKE_COMPACT_AFTER_MS: setting({ ...lakeBounds.compactAfterMs, minimum: 0 }),
  /** The stack's configuration asks for at least a minute; tests cannot wait that long. */
  LAKE_RETENTION_MS: setting({ ...lakeBounds.retentionMs, minimum: 1_000 }),
  LAKE_ON_LOST_OFFSETS: z
    .codec(
      z.enum(lostOffsetsWords, `set it to ${lostOffsetsActions.join(" or ")}`),
      z.enum(lostOffsetsActions),
      { decode: lostOffsetsActionOf, encode: (action) => action },
    )
    .default(defaultLostOffsetsAction),
});
export type LakeEnvironment = z.output<typeof LakeEnvironment>;
