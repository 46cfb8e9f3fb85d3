import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type KafkaClient, KafkaError, type TopicIdentities } from "../../shared/kafka";
import { SourceWatch } from "./sources-watch";

const known: TopicIdentities = new Map([
  ["a", { clusterId: "c", topicId: "1" }],
  ["b", { clusterId: "c", topicId: "2" }],
]);
const made: TopicIdentities = new Map([...known, ["b", { clusterId: "c", topicId: "3" }]]);

function watching(answer: () => Promise<TopicIdentities>) {
  const onChanged = vi.fn();
  const identifyTopics = vi.fn(answer);
  const watch = new SourceWatch({ identifyTopics } as unknown as KafkaClient, onChanged);
  watch.watch(known);
  return { watch, onChanged, identifyTopics };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("tells once of a topic that was made again, however long that takes", async () => {
  let answer = known;
  const { onChanged, identifyTopics } = watching(() => Promise.resolve(answer));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(identifyTopics).toHaveBeenCalledTimes(12);
  expect(onChanged).not.toHaveBeenCalled();
  answer = made;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onChanged).toHaveBeenCalledTimes(1);
  expect(identifyTopics).toHaveBeenCalledTimes(13);
  expect(identifyTopics).toHaveBeenLastCalledWith(["a", "b"]);
});

it("goes on through outages, and takes a topic that is not there for no other", async () => {
  const answers = [
    () => Promise.reject(new KafkaError("CONNECTION_FAILED", "away")),
    () => new Promise<never>(() => {}),
    () => Promise.resolve(new Map()),
    () => Promise.resolve(made),
  ];
  const { onChanged } = watching(() => answers.shift()!());
  await vi.advanceTimersByTimeAsync(18_000);
  expect(answers).toHaveLength(1);
  expect(onChanged).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  expect(onChanged).toHaveBeenCalledTimes(1);
});

it("does not take a defect for an outage", async () => {
  const { watch } = watching(() => Promise.reject(new TypeError("not a function")));
  await expect(watch.hasChanged()).rejects.toThrow("not a function");
  watch.stop();
});

it("does not hear of answers to what it was watching before", async () => {
  let answer = (_identities: TopicIdentities) => {};
  const { watch, onChanged, identifyTopics } = watching(() => new Promise((resolve) => (answer = resolve)));
  await vi.advanceTimersByTimeAsync(5000);
  watch.watch(new Map([...known].slice(0, 1)));
  answer(made);
  await vi.advanceTimersByTimeAsync(4000);
  expect(identifyTopics).toHaveBeenCalledTimes(1);
  watch.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(identifyTopics).toHaveBeenCalledTimes(1);
  expect(onChanged).not.toHaveBeenCalled();
});

it("says on demand whether what is read now is still the same", async () => {
  let answer = known;
  const { watch } = watching(() => Promise.resolve(answer));
  await expect(watch.hasChanged()).resolves.toBe(false);
  answer = made;
  await expect(watch.hasChanged()).resolves.toBe(true);
});
