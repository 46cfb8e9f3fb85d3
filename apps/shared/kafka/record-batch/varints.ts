/** Varints of so many bytes fit a double exactly. */
const maxVarintBytes = 7;

/**
 * Reads zigzag varints one after the other, as records are made of them (Kafka protocol, Record). One reader serves all: a result
 * of two values for each number, or an object for each record, would be garbage that a consumer at full speed has no time for.
 */
export class VarintReader {
  /** The next byte to read. */
  at = 0;

  /** Reads one; NaN if it is too large, or not there. */
  read(bytes: Buffer): number {
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
}
