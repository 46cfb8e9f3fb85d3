import { z } from "zod";
import {
  defaultLostOffsetsAction,
  lakeBounds,
  type LakeSettings,
  lostOffsetsActions,
} from "../../contract/environment/lake";
import { duration, durationOrNever } from "./duration";
import { wholeNumber } from "./whole-number";

const { flushIntervalMs, flushRows, checkpointEvery, compactAfterMs, retentionMs } = lakeBounds;

/** How the table is written and kept: the configuration's key `lake`. */
export const LakeSpec = z
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
        .enum(lostOffsetsActions, `write one of: ${lostOffsetsActions.join(", ")}`)
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
