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
      flushInterval: duration(flushIntervalMs.minimum, flushIntervalMs.maximum).default(
        flushIntervalMs.default,
      ),
      flushRows: wholeNumber(flushRows.minimum, flushRows.maximum).default(flushRows.default),
      checkpointEvery: wholeNumber(checkpointEvery.minimum, checkpointEvery.maximum).default(
        checkpointEvery.default,
      ),
      compactAfter: durationOrNever(compactAfterMs.minimum, compactAfterMs.maximum).default(
        compactAfterMs.default,
      ),
      retention: duration(retentionMs.minimum, retentionMs.maximum).default(retentionMs.default),
      onLostOffsets: z
        .enum(lostOffsetsWords, `write one of: ${lostOffsetsActions.join(", ")}`)
        .transform(lostOffsetsActionOf)
        .default(defaultLostOffsetsAction),
    },
    'write settings by name, such as {"flushInterval":"1s"}',
  )
  .transform(({ flushInterval, compactAfter, retention, ...rest }): LakeSettings => ({
    ...rest,
    flushIntervalMs: flushInterval,
    compactAfterMs: compactAfter,
    retentionMs: retention,
  }));
