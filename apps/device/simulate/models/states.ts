import { dayMs } from "../../../../contract/values/fields";
import type { Random } from "../random";
import type { Model, ModelMaker } from "./model";
import { withNoise } from "./noise";
import { countUpTo } from "./sorted";
import type { StatesSettings } from "../../../../contract/models/models";

/** A Markov chain of named states that begins anew with the first every day at 00:00 UTC. */
export function states(settings: StatesSettings, intervalMs: number): ModelMaker {
  const chain = settings.states.map((state) => chainState(state, settings));
  return withNoise((random) => new StatesModel(chain, random), settings.noise, intervalMs);
}

/** A state, and where it goes. */
interface ChainState {
  readonly name: string;
  readonly value: number;
  readonly dwellMs: number;
  /** Places of the states that can come next, and where the share of each of [0, 1) ends. */
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

/** A stay in a state: the n-th of its day, counted from 0. */
interface Stay {
  readonly number: number;
  readonly state: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** So many stays apart, the chain remembers a stay to go back to. */
const remembersEvery = 64;

class StatesModel implements Model {
  private dayStartMs = NaN;
  private number = 0;
  private state = 0;
  private startMs = 0;
  private endMs = 0;
  /** Two stays before this one, so that times a little back do not need the whole day anew. */
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
    // A day's last stay ends with it, whatever was drawn: the next day begins anew.
    this.endMs = Math.min(this.endMs, dayEndMs);
  }

  private startDay(dayStartMs: number): void {
    this.dayStartMs = dayStartMs;
    // Also within the same day: stays far ahead would never be gone back to, and nearer ones not be remembered.
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
    // The last share ends at 1 but for what additions of fractions lose.
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

  /** How long the current stay lasts: exponentially distributed. */
  private dwellMs(): number {
    const mean = this.chain[this.state]?.dwellMs ?? 0;
    return -mean * Math.log(1 - this.random.uniform(this.dayStartMs, 2 * this.number));
  }
}
