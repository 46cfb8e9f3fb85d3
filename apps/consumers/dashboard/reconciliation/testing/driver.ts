import type { FaultLabel, HeldLabel, LostLabel } from "../../../../../contract/messages/fault-labels";
import type { MessageEvent, PlannedDevice } from "../events";
import { Reconciliation } from "../reconciliation";

const startMs = Date.UTC(2026, 10, 23);

/** What a test says about a message; everything else has a default. */
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

/** Where a message or another event of a reader is; the first partition of `device-1` if left out. */
export interface Where {
  readonly topic?: string;
  readonly partition?: number;
}

/** A reconciliation with readers that a test controls. Tests count times from 0, in milliseconds. */
export class Driver {
  readonly reconciliation: Reconciliation;
  private readonly nextOffset = new Map<string, number>();

  constructor(planned: readonly PlannedDevice[] = [{ name: "device-1", topic: "device-1" }]) {
    this.reconciliation = new Reconciliation(planned);
  }

  begin(
    earliest = 0,
    liveFrom = earliest,
    { atMs = 0, ...where }: Where & { readonly atMs?: number } = {},
  ): this {
    const { topic, partition } = placeOf(where);
    this.nextOffset.set(`${topic}/${partition}`, liveFrom);
    const nowMs = startMs + atMs;
    this.reconciliation.apply({ type: "partition opened", topic, partition, earliest, liveFrom, nowMs });
    return this;
  }

  /** A message comes live, or at an offset of the past. */
  read(
    seq: number,
    described: Described = {},
    { offset = -1, ...where }: Where & { readonly offset?: number } = {},
  ): this {
    const { topic, partition } = placeOf(where);
    const key = `${topic}/${partition}`;
    const next = this.nextOffset.get(key) ?? 0;
    if (offset < 0) this.nextOffset.set(key, next + 1);
    return this.message(messageOf(seq, described, offset < 0 ? next : offset), where);
  }

  /** Messages come live. */
  readAll(seqs: readonly number[], described: Described = {}): this {
    for (const seq of seqs) this.read(seq, described);
    return this;
  }

  message(message: Omit<MessageEvent, "type" | "topic" | "partition">, where: Where = {}): this {
    this.reconciliation.apply({ type: "message", ...placeOf(where), ...message });
    return this;
  }

  /** All of the past was read. */
  pastRead(where: Where = {}): this {
    this.reconciliation.apply({ type: "past read", ...placeOf(where) });
    return this;
  }

  /** Retention has removed offsets before they were read. */
  removed(from: number, to: number, atMs: number): this {
    this.reconciliation.apply({ type: "removed", ...placeOf({}), from, to, nowMs: startMs + atMs });
    return this;
  }

  unreadable(from: number, to: number): this {
    this.reconciliation.apply({ type: "unreadable", ...placeOf({}), from, to });
    return this;
  }

  /** The topic is made anew. */
  reset(atMs: number): this {
    this.reconciliation.apply({ type: "partition reset", ...placeOf({}), nowMs: startMs + atMs });
    return this;
  }

  progress(atMs: number, next: number, latest: number, where: Where = {}): this {
    this.reconciliation.apply({ type: "progress", ...placeOf(where), next, latest, asOfMs: startMs + atMs });
    return this;
  }

  tick(atMs: number): this {
    this.reconciliation.apply({ type: "tick", nowMs: startMs + atMs });
    return this;
  }

  /** Time passes up to then; all messages are read, unless the brokers have not answered since a time. */
  at(atMs: number, answeredMs = atMs): this {
    for (const [place, next] of this.nextOffset) {
      const [topic = "", partition] = place.split("/");
      this.progress(answeredMs, next, next, { topic, partition: Number(partition) });
    }
    return this.tick(atMs);
  }

  /** The device reports its counts. */
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
    this.reconciliation.apply({
      type: "device counts",
      devices: ["device-1"],
      counts: {
        boot: startMs + boot,
        produced: [produced],
        acknowledged: [acknowledged],
        dropped: [dropped],
      },
      nowMs: startMs + atMs,
    });
    return this;
  }

  /** All gaps, as short texts. */
  get gaps(): string[] {
    return this.reconciliation
      .gaps(100)
      .map(({ where, kind, from, to, count }) => `${where}: ${kind} ${from}-${to} (${count})`);
  }
}

function placeOf({ topic = "device-1", partition = 0 }: Where): Required<Where> {
  return { topic, partition };
}

/** @param described times count from 0, as those of {@link Driver} do */
function messageOf(
  seq: number,
  described: Described,
  offset: number,
): Omit<MessageEvent, "type" | "topic" | "partition"> {
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

/** A time that a test counts from 0, as labels write it. */
export function timeAt(atMs: number): string {
  return new Date(startMs + atMs).toISOString();
}

/** The same in milliseconds since 1970. */
export function timeMs(atMs: number): number {
  return startMs + atMs;
}
