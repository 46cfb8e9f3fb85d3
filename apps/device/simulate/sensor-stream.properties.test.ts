import { describe, expect, it } from "vitest";
import { randomFor } from "./random";
import { Draws, drawnIntervals, drawStream } from "../testing/random-streams";
import { type RecordedMessage, RecordingSink } from "../testing/recording-sink";
import { midnightMs, type StreamDescription, stepUntil, streamOf } from "../testing/streams";

const beginMs = midnightMs + 3;
const streams = 300;
const cutsPerStream = 10;
const checkWithinMs = 60_000;

interface Drawn {
  readonly description: StreamDescription;
  readonly draws: Draws;
  /** The end of the checked time. */
  readonly untilMs: number;
  /** Names the drawn stream when a check fails. */
  readonly seed: string;
}

/** Defines a test that checks a property of many drawn sensors. */
function holdsOfEach(what: string, check: (drawn: Drawn) => void): void {
  it(
    what,
    () => {
      for (let number = 0; number < streams; number++) {
        const seed = `stream ${number}`;
        const description = drawStream(seed);
        const untilMs = beginMs + drawnIntervals * description.intervalMs;
        check({ description, draws: new Draws(`${seed}: ${what}`), untilMs, seed });
      }
    },
    checkWithinMs,
  );
}

/** The messages of a stream that has made everything that is due up to a time. */
function run(description: StreamDescription, untilMs: number): RecordingSink {
  return begin(description, untilMs).sink;
}

function begin(description: StreamDescription, untilMs: number) {
  const sink = new RecordingSink();
  const stream = streamOf(description, sink);
  stream.startAt(beginMs);
  stepUntil(stream, untilMs);
  return { stream, sink };
}

/** The times of the observations up to a time, computed from the boundaries alone. */
function observationTimes(
  { intervalMs, jitterMs = 0, seed = "" }: StreamDescription,
  untilMs: number,
): number[] {
  const random = randomFor(seed, "jitter");
  const times: number[] = [];
  for (
    let boundaryMs = Math.ceil(beginMs / intervalMs) * intervalMs;
    boundaryMs <= untilMs;
    boundaryMs += intervalMs
  )
    times.push(boundaryMs + Math.floor(random.uniform(boundaryMs) * jitterMs));
  return times.filter((timeMs) => timeMs <= untilMs);
}

const withoutDuplicates = (messages: readonly RecordedMessage[]) =>
  messages.filter(({ isDuplicate }) => !isDuplicate);
const lostOf = ({ strikes }: RecordingSink) => strikes.filter(({ isLost }) => isLost);
const ascending = (one: number, other: number) => one - other;

describe("the observations of a sensor with any faults", () => {
  holdsOfEach("come in the same order, whenever the stream is stepped", (drawn) => {
    const { description, draws, untilMs, seed } = drawn;
    const { stream, sink } = begin(description, beginMs);
    for (let now = beginMs; now < untilMs; now += draws.below(9 * description.intervalMs))
      stepUntil(stream, now);
    stepUntil(stream, untilMs);
    expect(sink, seed).toEqual(run(description, untilMs));
  });

  holdsOfEach(
    "are due in the order of time, never before they are made",
    ({ description, untilMs, seed }) => {
      const { stream, sink } = begin(description, -Infinity);
      let latestMs = -Infinity;
      while (stream.dueMs <= untilMs) {
        const { dueMs } = stream;
        const before = sink.messages.length;
        stream.step();
        expect(dueMs, seed).toBeGreaterThanOrEqual(latestMs);
        for (const { observedAtMs } of sink.messages.slice(before))
          expect(observedAtMs, seed).toBeLessThanOrEqual(dueMs);
        latestMs = dueMs;
      }
    },
  );

  holdsOfEach("are numbered by their boundaries, and labelled with their faults", (drawn) => {
    const { description, untilMs, seed } = drawn;
    const { messages, strikes } = run(description, untilMs);
    const times = observationTimes(description, untilMs + 1);
    const kindsBySeq = new Map(strikes.map(({ seq, kinds }) => [seq, kinds]));
    for (const { seq, observedAtMs, timestampMs, kinds } of messages) {
      expect(observedAtMs, seed).toBe(times[seq]);
      expect(kinds, seed).toEqual(kindsBySeq.get(seq) ?? []);
      if (!kinds.includes("clock-skew")) expect(timestampMs, seed).toBe(observedAtMs);
    }
    for (const { seq, timeMs } of strikes) expect(timeMs, seed).toBe(times[seq]);
    const sent = withoutDuplicates(messages).map(({ seq }) => seq);
    expect(new Set(sent).size, seed).toBe(sent.length);
    expect(
      messages.filter(({ isDuplicate }) => isDuplicate).map(({ seq }) => seq),
      seed,
    ).toEqual(sent.filter((seq) => kindsBySeq.get(seq)?.includes("duplicate")));
  });

  holdsOfEach("report how many were lost right before them, by type of fault", (drawn) => {
    const { description, untilMs, seed } = drawn;
    const sink = run(description, untilMs);
    const lostKinds = new Map(lostOf(sink).map(({ seq, kinds }) => [seq, kinds]));
    for (const { seq, lost, isDuplicate } of sink.messages) {
      const expected: Record<string, number> = {};
      for (let before = seq - 1; !isDuplicate && lostKinds.has(before); before--)
        for (const kind of lostKinds.get(before) ?? []) expected[kind] = (expected[kind] ?? 0) + 1;
      expect(lost ?? {}, `${seed}, #${seq}`).toEqual(expected);
    }
  });

  holdsOfEach("continue after any written message, without a gap or a repeat", (drawn) => {
    const { description, draws, untilMs, seed } = drawn;
    const whole = run(description, untilMs);
    const written = whole.observedAtMs;
    const contents = (messages: readonly RecordedMessage[]) =>
      messages.map(({ observedAtMs, timestampMs, value, kinds, isDuplicate }) => ({
        observedAtMs,
        timestampMs,
        value,
        kinds,
        isDuplicate,
      }));
    const heldBack = new Set(
      whole.messages
        .filter(({ kinds }) => kinds.includes("late") || kinds.includes("out-of-order"))
        .map(({ observedAtMs }) => observedAtMs),
    );
    for (let cuts = 0; cuts < Math.min(cutsPerStream, written.length); cuts++) {
      const cut = draws.below(written.length);
      const sink = new RecordingSink();
      const stream = streamOf(description, sink);
      const known = written.slice(0, cut + 1).filter((_, place) => place === cut || draws.chance(0.3));
      for (const timeMs of draws.shuffled(known)) stream.noteWritten(timeMs, heldBack.has(timeMs));
      stream.resume(beginMs);
      stepUntil(stream, untilMs);
      const rest = whole.messages.slice(
        whole.messages.findLastIndex(({ observedAtMs }) => observedAtMs === written[cut]) + 1,
      );
      expect(contents(sink.messages), `${seed}, after message ${cut}`).toEqual(contents(rest));
    }
  });

  holdsOfEach("are all sent when the device stops", ({ description, draws, untilMs, seed }) => {
    const endMs = beginMs + draws.below(untilMs - beginMs);
    const { stream, sink } = begin(description, endMs - draws.below(3) * description.intervalMs);
    stream.flush(endMs);
    const made = [...sink.observedAtMs, ...lostOf(sink).map(({ timeMs }) => timeMs)];
    expect(made.toSorted(ascending), seed).toEqual(observationTimes(description, endMs));
  });

  holdsOfEach("are skipped up to a time", (drawn) => {
    const { description, draws, untilMs, seed } = drawn;
    const stopMs = beginMs + draws.below(untilMs - beginMs);
    const onMs = stopMs + draws.below(untilMs - stopMs);
    /** How many boundaries a stream has observed once it was stepped up to a time. */
    const madeUntil = (timeMs: number) => {
      const { stream, sink } = begin(description, timeMs);
      stream.flush(-Infinity);
      return sink.observedAtMs.length + lostOf(sink).length;
    };
    const { stream, sink } = begin(description, stopMs);
    const skipped = stream.skipBefore(onMs);
    const expected = madeUntil(Math.max(stopMs, onMs - 1)) - madeUntil(stopMs);
    const keeps = description.deviceFaults?.some(({ type }) => type === "offline");
    if (skipped > 0 || !keeps) expect(skipped, seed).toBe(expected);
    stepUntil(stream, untilMs);
    stream.flush(untilMs);
    const made = sink.observedAtMs.length + lostOf(sink).length;
    expect(made + skipped, seed).toBe(observationTimes(description, untilMs).length);
  });
});
