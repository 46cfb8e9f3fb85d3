import {
  isObservationTime,
  kafkaTimeProblem,
  parseObservation,
} from "../../../../contract/messages/observation";
import type { ObservationFields } from "./row-columns";
import { emptyHash, hashStep, TextPool } from "./text-pool";

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const space = 0x20;

/** Powers of ten that a double holds exactly. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Integers of up to this many digits are exact as doubles. */
const exactDigits = 15;

const words = ["true", "false", "null"].map((word) => Buffer.from(word));

const timeLength = "2026-11-23T00:00:01.000Z".length;
/** As far as the minute: "2026-11-23T00:00:". */
const minuteLength = 17;

/**
 * Reads observations directly from the bytes of their JSON, several times faster than parsing and validating objects.
 *
 * It makes no decisions of its own: it leaves everything unusual (escapes, nested values, any mistake) to `parseObservation`, and reads
 * everything else exactly as that would.
 */
export class ObservationScanner {
  device = "";
  sensor = "";
  boot = 0;
  seq = 0;
  /** Milliseconds since 1970. */
  time = 0;
  value = 0;
  label: string | null = null;

  private readonly pool = new TextPool();
  private source: Buffer = Buffer.alloc(0);
  private at = 0;
  private end = 0;
  /** The hash of the last text, and the place of its bytes. */
  private textHash = 0;
  private textStart = 0;
  private textEnd = 0;
  private number = 0;
  private readonly minute = new Uint8Array(minuteLength);
  private minuteMs = 0;

  /**
   * Reads the observation at bytes `start` to `end` into the fields.
   * @returns false if `parseObservation` must read it; the fields are undefined then.
   */
  scan(source: Buffer, start: number, end: number): boolean {
    this.source = source;
    this.at = start;
    this.end = end;
    this.label = null;
    let found = 0;
    if (!this.skipTo(openBrace)) return false;
    do {
      if (!this.readText()) return false;
      const field = this.fieldOfText();
      if (!this.skipTo(colon) || !this.readField(field)) return false;
      found |= field;
    } while (this.skipTo(comma));
    if (!this.skipTo(closeBrace)) return false;
    this.skipSpace();
    return this.at === this.end && (found & requiredFields) === requiredFields;
  }

  private readField(field: number): boolean {
    this.skipSpace();
    switch (field) {
      case Field.device:
        return this.readText() && (this.device = this.pooled() ?? "") !== "";
      case Field.sensor:
        return this.readText() && (this.sensor = this.pooled() ?? "") !== "";
      case Field.label:
        if (!this.readText()) return false;
        this.label = this.pooled() ?? null;
        return true;
      case Field.boot:
        return this.readCount() && ((this.boot = this.number), true);
      case Field.seq:
        return this.readCount() && ((this.seq = this.number), true);
      case Field.timestamp:
        return this.readText() && this.readTime();
      case Field.value:
        return this.readNumber() && ((this.value = this.number), true);
      case Field.unit:
      case Field.padding:
        return this.readText();
      default:
        return this.readTag();
    }
  }

  /** Skips a field that is not an observation's: a text, a number, or a word of JSON. */
  private readTag(): boolean {
    const first = this.source[this.at];
    if (first === quote) return this.readText();
    const word = words.find((bytes) => bytes[0] === first);
    return word === undefined ? this.readNumber() : this.readWord(word);
  }

  /** May read beyond the end; then the following reads find nothing. */
  private readWord(bytes: Buffer): boolean {
    for (const byte of bytes) if (this.source[this.at++] !== byte) return false;
    return true;
  }

  private pooled(): string | undefined {
    return this.pool.get(this.source, this.textStart, this.textEnd, this.textHash);
  }

  private skipSpace(): void {
    // The white space of JSON (RFC 8259, section 2), nearly always none.
    for (let byte = this.source[this.at] ?? 0; byte <= space && this.at < this.end;) {
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      byte = this.source[++this.at] ?? 0;
    }
  }

  /** Skips a byte if it is the next one. */
  private skipTo(byte: number): boolean {
    if (this.source[this.at] !== byte) this.skipSpace();
    if (this.at >= this.end || this.source[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Reads a text without escapes, in UTF-8. */
  private readText(): boolean {
    if (!this.skipTo(quote)) return false;
    const { source, end } = this;
    let { at } = this;
    let hash = emptyHash;
    let allBits = 0;
    this.textStart = at;
    for (; at < end; at++) {
      const byte = source[at] ?? 0;
      if (byte === quote) {
        this.textHash = hash;
        this.textEnd = at;
        this.at = at + 1;
        // ASCII is UTF-8; other texts are checked by the pool, which knows the repeated ones.
        return allBits < 0x80 || this.pooled() !== undefined;
      }
      if (byte === backslash || byte < space) return false;
      hash = hashStep(hash, byte);
      allBits |= byte;
    }
    return false;
  }

  /** The field that the last text names; 0 for a field that is not an observation's. */
  private fieldOfText(): number {
    const length = this.textEnd - this.textStart;
    const candidate = fieldsByHash.get(this.textHash);
    if (candidate?.name.length !== length) return 0;
    // Names consist of ASCII.
    for (let index = 0; index < length; index++) {
      if (this.source[this.textStart + index] !== candidate.name.charCodeAt(index)) return 0;
    }
    return candidate.field;
  }

  /** Reads an integer that is not negative. */
  private readCount(): boolean {
    const { source, end } = this;
    let { at } = this;
    const start = at;
    let number = 0;
    for (; at < end; at++) {
      const digit = (source[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const digits = at - start;
    if (digits === 0 || digits > exactDigits || (digits > 1 && source[start] === zero)) return false;
    const next = source[at];
    // With a fraction or an exponent, it may still be an integer.
    if (at < end && (next === dot || next === 0x65 || next === 0x45)) return false;
    this.number = number;
    this.at = at;
    return true;
  }

  /** Reads a number by the grammar of JSON (RFC 8259, section 6). */
  private readNumber(): boolean {
    const { source, end } = this;
    const start = this.at;
    let at = start;
    const isNegative = source[at] === minus;
    if (isNegative) at++;
    let mantissa = 0;
    let digits = 0;
    const whole = at;
    for (; at < end; at++) {
      const byte = source[at] ?? 0;
      if (byte < zero || byte > nine) break;
      mantissa = mantissa * 10 + byte - zero;
      digits++;
    }
    if (at === whole || (source[whole] === zero && at - whole > 1)) return false;
    let fraction = 0;
    if (at < end && source[at] === dot) {
      at++;
      for (; at < end; at++) {
        const byte = source[at] ?? 0;
        if (byte < zero || byte > nine) break;
        mantissa = mantissa * 10 + byte - zero;
        fraction++;
      }
      if (fraction === 0) return false;
      digits += fraction;
    }
    let isExact = digits <= exactDigits;
    if (at < end && (source[at] === 0x65 || source[at] === 0x45)) {
      isExact = false;
      at++;
      if (source[at] === minus || source[at] === plus) at++;
      const exponent = at;
      while (at < end && (source[at] ?? 0) >= zero && (source[at] ?? 0) <= nine) at++;
      if (at === exponent) return false;
    }
    // One division of two exact numbers is rounded like the text itself.
    const size = isExact
      ? mantissa / (powersOfTen[fraction] ?? 1)
      : Math.abs(Number(source.toString("latin1", start, at)));
    if (!Number.isFinite(size)) return false;
    this.number = isNegative ? -size : size;
    this.at = at;
    return true;
  }

  private readTime(): boolean {
    const { source, textStart: start, textEnd: end, minute } = this;
    if (end - start !== timeLength) return false;
    for (let index = 0; index < minuteLength; index++) {
      if (source[start + index] !== minute[index]) return this.readMinute();
    }
    return this.readSecond();
  }

  private readMinute(): boolean {
    const { source, textStart: start } = this;
    const text = source.toString("latin1", start, this.textEnd);
    if (!isObservationTime(text)) return false;
    this.minute.set(source.subarray(start, start + minuteLength));
    this.minuteMs = Date.parse(`${text.slice(0, minuteLength)}00.000Z`);
    return this.readSecond();
  }

  private readSecond(): boolean {
    const { source } = this;
    const at = this.textStart + minuteLength;
    const tens = (source[at] ?? 0) - zero;
    const ones = (source[at + 1] ?? 0) - zero;
    const tenths = (source[at + 3] ?? 0) - zero;
    const hundredths = (source[at + 4] ?? 0) - zero;
    const thousandths = (source[at + 5] ?? 0) - zero;
    if (tens < 0 || tens > 5 || source[at + 2] !== dot || source[at + 6] !== 0x5a) return false;
    if (!isDigit(ones) || !isDigit(tenths) || !isDigit(hundredths) || !isDigit(thousandths)) return false;
    this.time = this.minuteMs + tens * 10_000 + ones * 1000 + tenths * 100 + hundredths * 10 + thousandths;
    return true;
  }
}

function isDigit(value: number): boolean {
  return value >= 0 && value <= 9;
}

/** A bit for each field of an observation. */
const Field = {
  device: 1,
  sensor: 2,
  boot: 4,
  seq: 8,
  timestamp: 16,
  value: 32,
  label: 64,
  unit: 128,
  padding: 256,
} as const;

const requiredFields = Field.device | Field.sensor | Field.boot | Field.seq | Field.timestamp | Field.value;

const fieldsByHash = new Map(
  Object.entries(Field).map(([name, field]) => [
    [...Buffer.from(name)].reduce(hashStep, emptyHash),
    { name, field },
  ]),
);

/** Longer messages are left to `parseObservation`: few observations are long, and too long ones are invalid. */
const maxScannedBytes = 65_536;

/** Reads messages. A message that is no observation is a result, not an error: it must not stop the stream. */
export class MessageReader {
  private readonly scanner = new ObservationScanner();

  /**
   * Reads the observation whose JSON lies in `bytes` from `start` on; `length` is -1 for a tombstone.
   * @param timeMs Kafka's timestamp of the message, in milliseconds since 1970
   * @returns the fields, valid until the next call, or the reason why it is no observation.
   */
  read(bytes: Buffer, start: number, length: number, timeMs: number): ObservationFields | string {
    if (length <= maxScannedBytes && this.scanner.scan(bytes, start, start + length))
      return kafkaTimeProblem(timeMs) ?? this.scanner;
    return readCarefully(length < 0 ? null : bytes.subarray(start, start + length), timeMs);
  }
}

function readCarefully(value: Buffer | null, timeMs: number): ObservationFields | string {
  const parsed = parseObservation(value, timeMs);
  if (parsed.kind === "malformed") return parsed.reason;
  const { device, sensor, boot, seq, timestamp, value: measured, label = null } = parsed.observation;
  return { device, sensor, boot, seq, time: Date.parse(timestamp), value: measured, label };
}
