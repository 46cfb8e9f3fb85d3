/** Numbers nearer to zero than this are written by 32-bit arithmetic. */
const quickLimit = 2 ** 30;

/**
 * Writes a whole number as Kafka's VARINT and VARLONG: zigzag, seven bits a byte, the lowest first. Up to ±2⁵².
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
  let rest = zigzag(value);
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
