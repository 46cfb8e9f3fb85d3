import type { FaultLabel, HeldLabel, LostLabel } from "../../../../../contract/messages/fault-labels";
import type { PartitionAccount, PlannedDevice, ReadMessage } from "../account";
import { Ledger } from "../ledger";

const startMs = Date.UTC(2026, 10, 23);

/** What a test says of a message; everything else is as usual. */
export interface Described {
  readonly device?: string;
  readonly sensor?: string;
  readonly boot?: number;
  readonly lost?: LostLabel;
  readonly held?: HeldLabel;
  readonly kinds?: FaultLabel["kinds"];
  readonly isCorrupt?: boolean;
  readonly atMs?: number;
}

/** A ledger, and readers of its topics that do what a test says, at times that a test counts from 0, in milliseconds. */
export class Books {
  readonly ledger: Ledger;
  private readonly nextOffset = new Map<string, number>();

  constructor(planned: readonly PlannedDevice[] = [{ name: "device-1", topic: "device-1" }]) {
    this.ledger = new Ledger(planned);
  }

  account(partition = 0, topic = "device-1"): PartitionAccount {
    return this.ledger.partition(topic, partition);
  }

  begin(earliest = 0, liveFrom = earliest, { partition = 0, topic = "device-1", atMs = 0 } = {}): this {
    this.nextOffset.set(`${topic}/${partition}`, liveFrom);
    this.account(partition, topic).begin({ earliest, liveFrom, nowMs: startMs + atMs });
    return this;
  }

  /** A message comes live, or at an offset of the past. */
  read(
    seq: number,
    described: Described = {},
    { partition = 0, topic = "device-1", offset = -1 } = {},
  ): this {
    const key = `${topic}/${partition}`;
    const next = this.nextOffset.get(key) ?? 0;
    if (offset < 0) this.nextOffset.set(key, next + 1);
    const message = messageOf(seq, described, offset < 0 ? next : offset);
    this.account(partition, topic).message(message);
    return this;
  }

  /** Messages come live. */
  readAll(seqs: readonly number[], described: Described = {}): this {
    for (const seq of seqs) this.read(seq, described);
    return this;
  }

  /** Time passes up to then; everything is read that there is, unless the brokers have not answered since a time. */
  at(atMs: number, answeredMs = atMs): this {
    const nowMs = startMs + atMs;
    for (const [place, next] of this.nextOffset) {
      const [topic, partition] = place.split("/");
      this.account(Number(partition), topic).progress({ next, latest: next, asOfMs: startMs + answeredMs });
    }
    this.ledger.tick(nowMs);
    return this;
  }

  /** The device says what it has done, at a time. */
  counts(
    atMs: number,
    counts: {
      readonly produced?: number;
      readonly acknowledged: number;
      readonly dropped?: number;
      readonly boot?: number;
    },
  ): this {
    const { acknowledged, produced = acknowledged, dropped = 0, boot = 0 } = counts;
    this.ledger.deviceCounts(
      ["device-1"],
      { boot: startMs + boot, produced: [produced], acknowledged: [acknowledged], dropped: [dropped] },
      startMs + atMs,
    );
    return this;
  }

  /** What is told, shortly. */
  get gaps(): string[] {
    return this.ledger
      .gaps(100)
      .map(({ where, kind, from, to, count }) => `${where}: ${kind} ${from}-${to} (${count})`);
  }
}

/** @param described times count from 0, as those of {@link Books} do */
function messageOf(seq: number, described: Described, offset: number): ReadMessage {
  const {
    device = "device-1",
    sensor = "s",
    lost,
    held,
    kinds,
    isCorrupt = false,
    atMs = seq * 1_000,
  } = described;
  const boot = startMs + (described.boot ?? 0);
  const timestamp = new Date(startMs + atMs).toISOString();
  const isLabelled = [lost, held, kinds].some((label) => label !== undefined);
  return {
    offset,
    timestampMs: startMs + atMs,
    key: Buffer.from(sensor),
    observation: isCorrupt ? undefined : { device, sensor, boot, seq, timestamp, value: 0 },
    labels: isLabelled
      ? {
          fault: kinds && { kinds, device, sensor, boot, seq, observedAt: timestamp },
          lost,
          held,
          areReadable: true,
        }
      : undefined,
  };
}

/** A time that a test counts from 0, as labels have it. */
export function timeAt(atMs: number): string {
  return new Date(startMs + atMs).toISOString();
}

/** The same in milliseconds since 1970. */
export function timeMs(atMs: number): number {
  return startMs + atMs;
}
