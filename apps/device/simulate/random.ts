/**
 * Random numbers that are a pure function of a seed, names and a time. Nothing is remembered, so they are the same after a restart, in
 * another container, and in any order of calls.
 */
export interface Random {
  /**
   * A number in [0, 1) with 53 random bits.
   * @param at a time in milliseconds since 1970, or any other whole number up to 2^53
   * @param draw distinguishes independent numbers of the same `at`: a whole number of 31 bits
   */
  uniform(at: number, draw?: number): number;
  /** A number of the standard normal distribution, independent of {@link uniform} at the same `at` and `draw`. */
  gaussian(at: number, draw?: number): number;
}

/** The random numbers of a list of names, such as those of a device and its sensor, under a stack's seed. */
export function randomFor(seed: string, ...names: string[]): Random {
  let high = hashedText(seed, 0x9e3779b9, 0x85ebca6b);
  let low = hashedText(seed, 0xc2b2ae35, 0x27d4eb2f);
  // Each name is mixed in with its length, so that ("a", "bc") differs from ("ab", "c").
  for (const name of names) {
    high = hashedText(name, mixed(high ^ name.length), 0x85ebca6b);
    low = hashedText(name, mixed(low + high), 0x27d4eb2f);
  }
  return new HashedRandom(high, low);
}

/** Separates the draws of the normal distribution from those of the uniform one. */
const gaussianDraws = 0x80000000;

const unitPer32Bits = 1 / 2 ** 32;
const unitPer53Bits = 1 / 2 ** 53;

class HashedRandom implements Random {
  constructor(
    private readonly highKey: number,
    private readonly lowKey: number,
  ) {}

  uniform(at: number, draw = 0): number {
    const high = this.highWord(at, draw);
    const low = this.lowWord(at, high);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) * unitPer53Bits;
  }

  /** The method of Box and Muller (1958). */
  gaussian(at: number, draw = 0): number {
    const high = this.highWord(at, draw | gaussianDraws);
    const low = this.lowWord(at, high);
    // In (0, 1], because the logarithm of 0 is infinite.
    const radius = Math.sqrt(-2 * Math.log(((high >>> 0) + 1) * unitPer32Bits));
    return radius * Math.cos(2 * Math.PI * unitPer32Bits * (low >>> 0));
  }

  private highWord(at: number, draw: number): number {
    const upperHalf = Math.floor(at * unitPer32Bits);
    return mixed(mixed(this.highKey ^ at) + Math.imul(upperHalf, 0x9e3779b1) + Math.imul(draw, 0x85ebca77));
  }

  /** Mixes the time in once more: the high word alone has only 2^32 values. */
  private lowWord(at: number, highWord: number): number {
    return mixed(mixed(this.lowKey + Math.imul(at, 0xc2b2ae3d)) ^ Math.imul(highWord, 0x27d4eb2f));
  }
}

/** A hash in which every bit of a 32-bit word changes about half of the bits of the result: "lowbias32" of Wellons' hash prospector. */
function mixed(word: number): number {
  word ^= word >>> 16;
  word = Math.imul(word, 0x21f0aaad);
  word ^= word >>> 15;
  word = Math.imul(word, 0x735a2d97);
  return word ^ (word >>> 15);
}

/** The 32-bit hash of a text, after Fowler, Noll and Vo. */
function hashedText(text: string, start: number, multiplier: number): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), multiplier);
  return mixed(hash);
}
