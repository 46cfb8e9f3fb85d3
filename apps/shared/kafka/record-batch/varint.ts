/*
 * Kafka's numbers of variable length: seven bits a byte, the lowest first. VARINT and VARLONG are zigzag-encoded, so that numbers near
 * zero are short whatever their sign; UNSIGNED_VARINT (KIP-482) is not.
 */

/** Numbers nearer to zero than this are written by 32-bit arithmetic. */
const quickLimit = 2 ** 30;
/** Longer numbers, beyond ±2⁴⁸, may not fit a double exactly. */
const maxVarintBytes = 7;
/** Lengths are at most 2³¹ - 1. */
const maxUnsignedBytes = 5;

/**
 * Writes a whole number as VARINT or VARLONG, up to ±2⁵².
 * @returns where the next byte goes
 */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let next = at;
  if (value < quickLimit && value >= -quickLimit) {
    let rest = (value << 1) ^ (value >> 31);
    for (; rest >= 0x80; rest >>>= 7) target[next++] = (rest & 0x7f) | 0x80;
    target[next++] = rest;
    return next;
  }
  return writeUnsignedVarint(target, next, zigzag(value));
}

/** Writes a whole number of 0 or more as UNSIGNED_VARINT. @returns where the next byte goes */
export function writeUnsignedVarint(target: Uint8Array, at: number, value: number): number {
  let next = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[next++] = (rest % 0x80) | 0x80;
  target[next++] = rest;
  return next;
}

/** How many bytes {@link writeVarint} writes. */
export function varintLength(value: number): number {
  let rest = zigzag(value);
  let length = 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/**
 * Reads numbers one after the other. One reader serves a whole batch: a pair of values for each number, or an object for each record,
 * would be garbage that a consumer at full speed has no time for.
 */
export class VarintReader {
  /** The next byte to read. */
  at = 0;

  /** Reads a VARINT or VARLONG. @returns NaN if it has more than seven bytes, or if the bytes end */
  read(bytes: Uint8Array): number {
    let result = 0;
    let scale = 1;
    for (let count = 0; count < maxVarintBytes; count++) {
      const byte = bytes[this.at++];
      if (byte === undefined) return Number.NaN;
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result % 2 === 0 ? result / 2 : -(result + 1) / 2;
      scale *= 0x80;
    }
    return Number.NaN;
  }

  /** Reads an UNSIGNED_VARINT. @returns NaN if it has more than five bytes, or if the bytes end */
  readUnsigned(bytes: Uint8Array): number {
    let result = 0;
    let scale = 1;
    for (let count = 0; count < maxUnsignedBytes; count++) {
      const byte = bytes[this.at++];
      if (byte === undefined) return Number.NaN;
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result;
      scale *= 0x80;
    }
    return Number.NaN;
  }

  /** Reads a VARLONG of any size, as 64 bits. Much slower. @returns undefined if the bytes end, or it has more than ten */
  readBigInt(bytes: Uint8Array): bigint | undefined {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[this.at++];
      if (byte === undefined) return undefined;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (result >> 1n) ^ -(result & 1n));
    }
    return undefined;
  }
}
