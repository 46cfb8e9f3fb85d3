import { type Model, type ModelMaker, withNoise } from "./model";
import { dayMs, hourMs } from "../../../../contract/values/fields";
import type { DailySettings } from "../../../../contract/models/models";

/** A curve that repeats every day. */
export function daily(settings: DailySettings, intervalMs: number): ModelMaker {
  const model = new DailyModel(settings);
  return withNoise(() => model, settings.noise, intervalMs);
}

/** 1970 began on a Thursday. */
const saturday = 2;
const sunday = 3;

class DailyModel implements Model {
  private readonly pieceMs: number;

  constructor(private readonly settings: DailySettings) {
    this.pieceMs = dayMs / settings.curve.length;
  }

  valueAt(timeMs: number): number {
    const { low, high, utcOffsetHours } = this.settings;
    const localMs = timeMs + utcOffsetHours * hourMs;
    const point = Math.floor(localMs / this.pieceMs);
    const progress = localMs / this.pieceMs - point;
    const [before, from, to, after] = [
      this.at(point - 1),
      this.at(point),
      this.at(point + 1),
      this.at(point + 2),
    ];
    return low + (high - low) * between(before, from, to, after, progress);
  }

  /** The curve at one of its points, counted from 1970. Each point has the factor of its own day, so that days blend into each other. */
  private at(point: number): number {
    const { curve, weekend } = this.settings;
    const day = Math.floor(point / curve.length);
    const value = curve[point - day * curve.length] ?? 0;
    const weekday = day % 7;
    return weekday === saturday || weekday === sunday ? value * weekend : value;
  }
}

/**
 * Interpolates between two points by a cubic polynomial that never leaves the range between them (Fritsch and Butland 1984), so that a
 * curve from 0 to 1 stays in that range.
 */
function between(before: number, from: number, to: number, after: number, progress: number): number {
  const rise = to - from;
  const [slopeFrom, slopeTo] = [slope(from - before, rise), slope(rise, after - to)];
  const square = progress * progress;
  const cube = square * progress;
  return (
    from +
    rise * (3 * square - 2 * cube) +
    slopeFrom * (cube - 2 * square + progress) +
    slopeTo * (cube - square)
  );
}

/** The harmonic mean of the rises before and after a point; flat at a peak. */
function slope(before: number, after: number): number {
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}
