import { expect, it } from "vitest";
import { ProducerIdentity, sequenceAfter } from "./producer-session";

it("an identity counts the records of each partition separately", () => {
  const identity = new ProducerIdentity({ producerId: 5n, producerEpoch: 2 });
  const state = identity.stateFor(3);
  expect(state).toEqual({ producerId: 5n, producerEpoch: 2, baseSequence: 0 });
  // A state without an appended batch is used again.
  expect(identity.stateFor(3)).toEqual(state);
  identity.appended(3, state, 10);
  expect(identity.stateFor(3).baseSequence).toBe(10);
  expect(identity.stateFor(4).baseSequence).toBe(0);
});

it("a sequence restarts at 0 after 2³¹ - 1, as in Kafka", () => {
  const largest = 2_147_483_647;
  expect(sequenceAfter(largest - 10, 10)).toBe(largest);
  expect(sequenceAfter(largest - 10, 11)).toBe(0);
  expect(sequenceAfter(largest, 1)).toBe(0);
  expect(sequenceAfter(largest - 1, 5)).toBe(3);
});
