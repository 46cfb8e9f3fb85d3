import type { Random } from "../random";
import { countUpTo, type Model, type ModelMaker, withNoise } from "./model";
import { dayMs } from "../../../../contract/values/fields";
import type { StatesSettings } from "../../../../contract/models/models";

/** A Markov chain of named states that restarts with the first state every day at 00:00 UTC. */
export function states(settings: StatesSettings, intervalMs: number): ModelMaker {
  const chain = settings.states.map((state) => chainState(state, settings));
  return withNoise((random) => new StatesModel(chain, random), settings.noise, intervalMs);
}

/** A state and its transitions. */
interface ChainState {
  readonly name: string;
  readonly value: number;
  readonly dwellMs: number;
  /** The indexes of the states that can come next, and the end of each one's share of [0, 1). */
  readonly next: readonly number[];
  readonly nextEnds: readonly number[];
}

function chainState(
  { name, value, dwell, next }: StatesSettings["states"][number],
  settings: StatesSettings,
): ChainState {
  const weights = settings.states.map((other) =>
    next === undefined
      ? Number(other.name !== name)
      : Object.hasOwn(next, other.name)
        ? (next[other.name] ?? 0)
        : 0,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const possible = weights.flatMap((weight, place) => (weight > 0 ? [{ weight, place }] : []));
  let sum = 0;
  const nextEnds = possible.map(({ weight }) => (sum += weight) / total);
  return { name, value, dwellMs: dwell, next: possible.map(({ place }) => place), nextEnds };
}

/** A stay in a state: the n-th stay of its day, counted from 0. */
interface Stay {
  readonly number: number;
  readonly state: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** The chain remembers every stay whose number is a multiple of this, to go back to it. */
const remembersEvery = 64;

class StatesModel implements Model {
  private dayStartMs = NaN;
  private number = 0;
  private state = 0;
  private startMs = 0;
  private endMs = 0;
  /** Two earlier stays: a time shortly before the latest need not go through the whole day again. */
  private earlier: Stay | undefined;
  private later: Stay | undefined;

  constructor(
    private readonly chain: readonly ChainState[],
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    if (!(timeMs >= this.startMs && timeMs < this.endMs)) this.goTo(timeMs);
    return this.chain[this.state]?.value ?? 0;
  }

  labelAt(timeMs: number): string | undefined {
    if (!(timeMs >= this.startMs && timeMs < this.endMs)) this.goTo(timeMs);
    return this.chain[this.state]?.name;
  }

  private goTo(timeMs: number): void {
    const dayStartMs = Math.floor(timeMs / dayMs) * dayMs;
    if (dayStartMs !== this.dayStartMs) this.startDay(dayStartMs);
    else if (timeMs < this.startMs) this.goBack(timeMs);
    const dayEndMs = dayStartMs + dayMs;
    while (this.endMs <= timeMs) this.jump();
    // The last stay of a day ends with the day, whatever its length: the next day restarts the chain.
    this.endMs = Math.min(this.endMs, dayEndMs);
  }

  private startDay(dayStartMs: number): void {
    this.dayStartMs = dayStartMs;
    // Also within the same day: otherwise the chain would keep later stays, of no use here, and not remember earlier ones.
    this.earlier = this.later = undefined;
    this.number = 0;
    this.state = 0;
    this.startMs = dayStartMs;
    this.endMs = dayStartMs + this.dwellMs();
  }

  private goBack(timeMs: number): void {
    const stay = [this.later, this.earlier].find((each) => each !== undefined && each.startMs <= timeMs);
    if (stay === undefined) this.startDay(this.dayStartMs);
    else ({ number: this.number, state: this.state, startMs: this.startMs, endMs: this.endMs } = stay);
  }

  private jump(): void {
    const from = this.chain[this.state];
    const drawn = countUpTo(from?.nextEnds ?? [], this.random.uniform(this.dayStartMs, 2 * this.number + 1));
    // Because of rounding, the last share may end just below 1.
    this.state = from?.next[Math.min(drawn, from.next.length - 1)] ?? 0;
    this.number += 1;
    this.startMs = this.endMs;
    this.endMs += this.dwellMs();
    if (this.number % remembersEvery === 0) this.remember();
  }

  private remember(): void {
    if (this.later !== undefined && this.later.number >= this.number) return;
    this.earlier = this.later;
    const { number, state, startMs, endMs } = this;
    this.later = { number, state, startMs, endMs };
  }

  /** The length of the current stay: exponentially distributed. */
  private dwellMs(): number {
    const mean = this.chain[this.state]?.dwellMs ?? 0;
    return -mean * Math.log(1 - this.random.uniform(this.dayStartMs, 2 * this.number));
  }
}
