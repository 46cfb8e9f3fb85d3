import type { Labels } from "../../../shared/labels";
import {
  countOf,
  IntervalSet,
  merged,
  type MissingRange,
  type NumberRange,
  without,
  withTimes,
} from "./interval-set";
import type { Origin, PartitionProgress } from "./progress";

/** Observations that are declared to come later (`HeldLabel`). */
interface Hold extends NumberRange {
  readonly until: string;
}

/** A second message comes right after the first: older ones need not be remembered. */
const maxDoubles = 32;

const nothing: readonly never[] = [];

/** The values of `seq` of one sensor in one life of its device: which observations have a message, and what was declared of others. */
export class SeqRecord {
  /** Observations that have a message, or are declared to have none. */
  private readonly seqs = new IntervalSet();
  /** When the observation of the highest `seq` was made, by a correct clock. */
  private latest = "";
  private holds: Hold[] | undefined;
  private doubles: number[] | undefined;
  private suspects: readonly MissingRange[] = nothing;
  private missingRanges: readonly NumberRange[] = nothing;
  private repeatedSeqs: IntervalSet | undefined;
  /** Observations whose messages may have been removed before they could be read. */
  private unseen: IntervalSet | undefined;
  /** The lowest `seq` of a message that was not held back: before it, messages that retention has left are not in order. */
  private firstSent = Infinity;
  /** The same by partition, for partitions that lack messages. */
  private firstSentIn: Map<PartitionProgress, number> | undefined;
  /** If retention has removed messages before they were read: the highest `seq` then. */
  private cutAfter: number | undefined;
  private isOpen = false;
  /** Messages read, without repeated ones. */
  read = 0;
  /** Messages that repeat another, and are not declared to. */
  repeats = 0;
  /** How many observations are missing. */
  missing = 0;

  constructor(public origin: Origin) {}

  /** The lowest `seq` that was read. */
  get first(): number {
    return this.seqs.first;
  }

  /** Whether something is missing after its first message. */
  get hasGaps(): boolean {
    return this.seqs.runs > 1;
  }

  get gaps(): readonly NumberRange[] {
    return this.missingRanges;
  }

  get repeated(): readonly NumberRange[] {
    return this.repeatedSeqs?.present(0, Infinity) ?? nothing;
  }

  /**
   * Takes a message that was read.
   * @returns whether it is the first of its observation, a second one as declared, or one too many
   */
  take(seq: number, observedAt: string, labels: Labels | undefined): "first" | "declared" | "repeated" {
    if ((seq < this.firstSent || this.cutAfter !== undefined) && !isHeldBack(labels)) this.noteSent(seq);
    const isHighest = seq > this.seqs.last;
    if (!this.seqs.addOne(seq)) {
      if (labels?.fault?.kinds.includes("duplicate") === true && this.noteDouble(seq)) {
        this.read++;
        return "declared";
      }
      this.repeats++;
      (this.repeatedSeqs ??= new IntervalSet()).addOne(seq);
      return "repeated";
    }
    this.read++;
    if (isHighest) this.latest = observedAt;
    if (labels !== undefined) this.note(seq, labels);
    return "first";
  }

  /** Retention has removed the next messages: observations that are missing there were not lost on the way. */
  cut(): void {
    this.forgive();
    this.cutAfter = this.seqs.last;
  }

  /** A message of it is in another partition than before, which may lack earlier messages. */
  enter(partition: PartitionProgress, seq: number, labels: Labels | undefined): void {
    if (isHeldBack(labels)) return;
    this.firstSentIn ??= new Map([[this.origin.partition, this.firstSent]]);
    this.firstSentIn.set(partition, Math.min(seq, this.firstSentIn.get(partition) ?? Infinity));
  }

  /** Observations that are missing now may have been removed before they could be read. */
  forgive(): void {
    this.passOver(this.seqs.first, this.seqs.last);
  }

  /**
   * Finds what is missing, and since when.
   * @param isBeginSeen whether observations before its first message count
   * @param settledMs observations that were missing at this time are missing for good
   */
  review(isBeginSeen: boolean, settledMs: number, nowMs: number): void {
    const { seqs } = this;
    if (this.firstSentIn !== undefined) this.passOver(seqs.first, Math.max(...this.firstSentIn.values()) - 1);
    const missing = without(seqs.missing(isBeginSeen ? 0 : this.firstSent, seqs.last), this.unseen);
    this.isOpen = missing.length > 0;
    this.suspects = withTimes(this.suspects, this.withoutHeld(missing), nowMs);
    this.missingRanges =
      this.suspects.length === 0
        ? nothing
        : merged(this.suspects.filter(({ sinceMs }) => sinceMs <= settledMs));
    this.missing = countOf(this.missingRanges);
  }

  /** Whether another review can have another result, before another message comes. */
  get isUnsettled(): boolean {
    return this.isOpen;
  }

  private note(seq: number, { lost, held }: Labels): void {
    if (lost !== undefined) {
      const count = lostIn({ lost });
      if (count > 0 && seq > 0) this.seqs.add(Math.max(0, seq - count), seq - 1);
    }
    if (held !== undefined && seq > 0)
      (this.holds ??= []).push({ from: Math.max(0, seq - held.count), to: seq - 1, until: held.until });
  }

  /** @returns whether this is the second message, which its label declares */
  private noteDouble(seq: number): boolean {
    const doubles = (this.doubles ??= []);
    if (doubles.includes(seq)) return false;
    if (doubles.length === maxDoubles) doubles.shift();
    doubles.push(seq);
    return true;
  }

  /** A message comes that was not held back: messages that were sent before it have a lower `seq`. */
  private noteSent(seq: number): void {
    this.firstSent = Math.min(this.firstSent, seq);
    if (this.cutAfter === undefined || seq <= this.cutAfter) return;
    this.passOver(this.cutAfter + 1, seq - 1);
    this.cutAfter = undefined;
  }

  private passOver(from: number, to: number): void {
    if (from <= to) (this.unseen ??= new IntervalSet()).add(from, to);
  }

  /**
   * Observations that are held back are not missing until their sensor has observed something after the time when they were to be sent:
   * an observation of that very time is sent before them.
   */
  private withoutHeld(missing: readonly NumberRange[]): readonly NumberRange[] {
    if (this.holds === undefined) return missing;
    const { latest, seqs } = this;
    this.holds = this.holds.filter(({ from, to, until }) => latest <= until && !seqs.covers(from, to));
    const held = new IntervalSet();
    for (const { from, to } of this.holds) held.add(from, to);
    if (this.holds.length === 0) this.holds = undefined;
    return without(missing, held);
  }
}

function isHeldBack(labels: Labels | undefined): boolean {
  const kinds = labels?.fault?.kinds;
  return kinds !== undefined && (kinds.includes("late") || kinds.includes("out-of-order"));
}

/** How many observations a message declares to be lost. */
export function lostIn({ lost }: Pick<Labels, "lost">): number {
  return (lost?.missing ?? 0) + (lost?.offline ?? 0);
}
