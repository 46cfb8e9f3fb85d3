/** A message that a test has made, for a topic of any number of partitions. */
export interface MadeMessage {
  readonly key: string;
  readonly value: Buffer | null;
  /** Why it is no observation; undefined if it is one. */
  readonly reason: string | undefined;
}

const minuteMs = 60_000;
/** Longer ago than a test takes, so that the minutes are closed. */
const beganAgoMs = 12 * 3_600_000;

/** Makes messages that are the same in every run, except for the time of the first. */
export class MessageMaker {
  private made = 0;
  private readonly random: () => number;
  private readonly began = Math.floor(Date.now() / minuteMs) * minuteMs - beganAgoMs;

  /** @param perMinute after how many messages the next minute begins */
  constructor(
    seed: number,
    private readonly perMinute: number,
  ) {
    this.random = randomFrom(seed);
  }

  /** The next messages, of which a few are no observations. */
  make(count: number): MadeMessage[] {
    return Array.from({ length: count }, () => this.next());
  }

  next(): MadeMessage {
    const good = this.observation();
    const bad = this.random() < 0.04 ? badKinds[Math.floor(this.random() * badKinds.length)] : undefined;
    if (bad === undefined) return { key: good.sensor, value: json(good), reason: undefined };
    const [reason, make] = bad;
    return { key: good.sensor, value: make(good), reason };
  }

  /** One that is an observation. */
  nextGood(): MadeMessage {
    const good = this.observation();
    return { key: good.sensor, value: json(good), reason: undefined };
  }

  /** One that would be an observation, were it not so long. @param bytes about how long */
  nextLarge(bytes: number): MadeMessage {
    const good = this.observation();
    const value = json({ ...good, label: "x".repeat(bytes) });
    return {
      key: good.sensor,
      value,
      reason: `it is ${value.length} bytes long, and an observation at most 1048576`,
    };
  }

  private observation() {
    const seq = this.made++;
    return {
      device: "device-1",
      sensor: `sensor_${seq % 7}`,
      boot: 1_795_392_000_000,
      seq,
      timestamp: this.timestamp(seq),
      value: this.random() * 100 - 50,
      ...(seq % 3 === 0 && { label: seq % 2 === 0 ? "offen" : 'é "🌡"' }),
    };
  }

  /** Mostly in the current minute; some are a few minutes late, a few are days old. */
  private timestamp(seq: number): string {
    const now = this.began + Math.floor((seq / this.perMinute) * minuteMs);
    const dice = this.random();
    const late = dice < 0.002 ? 2 * 24 * 60 * minuteMs : dice < 0.1 ? this.random() * 4 * minuteMs : 0;
    return new Date(Math.floor(now - late)).toISOString();
  }
}

type Observed = Readonly<Record<string, unknown>>;
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const latin = (value: unknown) => Buffer.from(JSON.stringify(value), "latin1");

/** Defects of messages, with the reason that the table of dead letters must have. */
const badKinds: readonly (readonly [reason: string, make: (good: Observed) => Buffer | null])[] = [
  ["it has no value (a tombstone)", () => null],
  ["it is not JSON", () => Buffer.alloc(0)],
  ["it is not UTF-8", () => Buffer.from([0xff, 0x00, 0xfe, 0x0a, 0x22])],
  ["it is not UTF-8", (good) => latin({ ...good, device: "caf\xe9" })],
  ["it is not UTF-8", (good) => latin({ ...good, device: "caf\xe8" })],
  [
    "device: it has half of a surrogate pair, which is no character",
    (good) => Buffer.from(JSON.stringify({ ...good, device: "HALF" }).replace("HALF", "\\ud800")),
  ],
  ["it is not JSON", (good) => json(good).subarray(0, -1)],
  ["value: Invalid input: expected object, received array", (good) => json([good])],
  ["value: Invalid input: expected number, received string", (good) => json({ ...good, value: "1" })],
  ["seq: Too small: expected number to be >=0", (good) => json({ ...good, seq: -1 })],
  ["boot: Invalid input: expected number, received null", (good) => json({ ...good, boot: null })],
  [
    "device: Invalid input: expected string, received undefined",
    (good) => json({ ...good, device: undefined }),
  ],
  ["label: Invalid input: expected string, received number", (good) => json({ ...good, label: 7 })],
  [
    "timestamp: it is not UTC to the millisecond, such as 2026-11-23T00:00:01.000Z",
    (good) => json({ ...good, timestamp: "2026-02-30T00:00:01.000Z" }),
  ],
  [
    "timestamp: 1899-12-31T23:59:59.999Z is not a time of the years 1900 to 9999",
    (good) => json({ ...good, timestamp: "1899-12-31T23:59:59.999Z" }),
  ],
];

/** Numbers from 0 up to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
