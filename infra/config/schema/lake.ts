import { z } from "zod";
import {
  defaultLostOffsetsAction,
  lakeBounds,
  type LakeSettings,
  lostOffsetsActions,
  lostOffsetsActionOf,
  lostOffsetsWords,
} from "../../../contract/environment/lake";
import { duration, durationOrNever, wholeNumber } from "./fields";

const { flushIntervalMs, flushRows, checkpointEvery, compactAfterMs, retentionMs } = lakeBounds;

/** The configuration's key `lake`: how the table is written and kept. */
export const LakeConfig = z
  .strictObject(
    {
      flushInterval: duration(flushIntervalMs.minimum, flushIntervalMs.maximum)
        .default(flushIntervalMs.default)
        .describe("The longest time that a row waits for its commit."),
      flushRows: wholeNumber(flushRows.minimum, flushRows.maximum)
        .default(flushRows.default)
        .describe(
          "The number of rows after which the lake commits earlier. 28 MiB of messages have the same effect.",
        ),
      checkpointEvery: wholeNumber(checkpointEvery.minimum, checkpointEvery.maximum)
        .default(checkpointEvery.default)
        .describe("The number of commits from one checkpoint of the log to the next."),
      compactAfter: durationOrNever(compactAfterMs.minimum, compactAfterMs.maximum)
        .default(compactAfterMs.default)
        .describe("How long the files of a minute rest before they become one file."),
      retention: duration(retentionMs.minimum, retentionMs.maximum)
        .default(retentionMs.default)
        .describe(
          "How long replaced files and old log entries stay, for time travel and for readers that have them open.",
        ),
      onLostOffsets: z
        .enum(lostOffsetsWords, `write one of: ${lostOffsetsActions.join(", ")}`)
        .transform(lostOffsetsActionOf)
        .default(defaultLostOffsetsAction)
        .describe(
          "What to do if a topic was deleted and created again, or dropped messages before they were read: stop, or go on under a new name, `device-1#2`. `new-lineage` is the old name of `new-incarnation`.",
        ),
    },
    'write settings by name, such as {"flushInterval":"1s"}',
  )
  .transform(({ flushInterval, compactAfter, retention, ...rest }): LakeSettings => ({
    ...rest,
    flushIntervalMs: flushInterval,
    compactAfterMs: compactAfter,
    retentionMs: retention,
  }));
