import type { WalkSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import type { Model, ModelMaker } from "./model";

/**
 * A mean-reverting random walk: an Ornstein-Uhlenbeck process whose value at any time can be computed without those before it.
 *
 * Time is cut into blocks of at least 32 reversion times. The values at their borders are drawn from the stationary distribution of the
 * process: the correlation of two borders would be e⁻³², too small to be observed. Within a block, the middle of two known times is drawn
 * from its distribution given both (the bridge of the process), then the middles of the halves, down to pieces of at most 1/512 of the
 * reversion time, along which the value is linear.
 */
export function walk(settings: WalkSettings): ModelMaker {
  const shape = shapeOf(settings);
  return (random) => new WalkModel(shape, random);
}

/** Halvings of a block; 2 ** halvings pieces of 1/1024 to 1/512 of the reversion time make 32 to 64 of it. */
const halvings = 15;
const maxPiecesPerReversion = 512;

interface WalkShape {
  readonly settings: WalkSettings;
  readonly blockMs: number;
  readonly pieceMs: number;
  /** By halving: the mean of the middle as a factor of the sum of both ends. */
  readonly endsFactors: readonly number[];
  /** By halving: the standard deviation of the middle. */
  readonly deviations: readonly number[];
}

function shapeOf(settings: WalkSettings): WalkShape {
  const { reversion, deviation } = settings;
  // Powers of 2, so that every middle is at a whole millisecond. A reversion time is at least a second.
  const pieceMs = 2 ** Math.floor(Math.log2(reversion / maxPiecesPerReversion));
  const blockMs = pieceMs * 2 ** halvings;
  const halves = Array.from({ length: halvings }, (_, halving) => blockMs / 2 ** (halving + 1) / reversion);
  return {
    settings,
    blockMs,
    pieceMs,
    // sinh(half) / sinh(2 half), and the variance that remains.
    endsFactors: halves.map((half) => 1 / (2 * Math.cosh(half))),
    deviations: halves.map((half) => deviation * Math.sqrt(Math.tanh(half))),
  };
}

class WalkModel implements Model {
  /** The latest block, and the distances from the mean at its borders. */
  private block = -1;
  private blockStart = 0;
  private blockEnd = 0;
  /** The latest piece of it, the distances at its ends, and those at the middles on the way down to it. */
  private piece = 0;
  private pieceStart = 0;
  private pieceEnd = 0;
  private readonly middles = new Array<number>(halvings).fill(NaN);

  constructor(
    private readonly shape: WalkShape,
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    const { settings, blockMs, pieceMs } = this.shape;
    const block = Math.floor(timeMs / blockMs);
    const pieces = (timeMs - block * blockMs) / pieceMs;
    const piece = Math.floor(pieces);
    if (block !== this.block) this.enterBlock(block, piece);
    else if (piece !== this.piece) this.descend(piece, Math.clz32(piece ^ this.piece) - (32 - halvings));
    const distance = this.pieceStart + (this.pieceEnd - this.pieceStart) * (pieces - piece);
    return folded(settings.mean + distance, settings.min, settings.max);
  }

  private enterBlock(block: number, piece: number): void {
    const { settings, blockMs } = this.shape;
    this.block = block;
    this.blockStart = settings.deviation * this.random.gaussian(block * blockMs);
    this.blockEnd = settings.deviation * this.random.gaussian((block + 1) * blockMs);
    this.descend(piece, -1);
  }

  /** Halves the block down to one of its pieces. The middles up to halving `known` are still valid. */
  private descend(piece: number, known: number): void {
    const { blockMs, endsFactors, deviations } = this.shape;
    let startMs = this.block * blockMs;
    let start = this.blockStart;
    let end = this.blockEnd;
    let halfMs = blockMs / 2;
    for (let halving = 0; halving < halvings; halving++, halfMs /= 2) {
      const middleMs = startMs + halfMs;
      if (halving > known)
        this.middles[halving] =
          (endsFactors[halving] ?? 0) * (start + end) +
          (deviations[halving] ?? 0) * this.random.gaussian(middleMs);
      const middle = this.middles[halving] ?? 0;
      const inSecondHalf = (piece >> (halvings - 1 - halving)) & 1;
      if (inSecondHalf === 1) {
        startMs = middleMs;
        start = middle;
      } else end = middle;
    }
    this.piece = piece;
    this.pieceStart = start;
    this.pieceEnd = end;
  }
}

/** Reflects a value at its bounds as often as needed to bring it between them, as mirrors do with light. */
function folded(value: number, min: number | undefined, max: number | undefined): number {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return value;
  if (max === undefined) return 2 * (min ?? value) - value;
  if (min === undefined) return 2 * max - value;
  const width = max - min;
  const turns = (value - min) / (2 * width);
  const within = (turns - Math.floor(turns)) * 2 * width;
  return min + (within <= width ? within : 2 * width - within);
}
