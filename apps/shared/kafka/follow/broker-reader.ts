import type { Logger } from "../../logger";
import { doublingDelay } from "../../retry";
import { delay } from "../../shutdown";
import type { FetchedMany, FetchOfMany, PartitionById } from "../requests/fetch";
import type { ListedOffset, TopicPartition } from "../requests/list-offsets";
import { errorNameOf, isFromKafka, kafkaReason } from "../transport/errors";
import { type BusyShare, deliver } from "./delivery";
import type { FollowOptions, FollowRequests } from "./options";
import type { FollowedPartition } from "./topics";

/** What the readers of all brokers share. */
export interface Reading {
  readonly requests: FollowRequests;
  readonly options: FollowOptions;
  readonly share: BusyShare;
  readonly logger: Logger;
  /** All partitions that are to be read. */
  readonly partitions: () => readonly FollowedPartition[];
  /** Asks for leaders to be looked up soon. */
  readonly onLeaderLost: () => void;
}

/** How long a broker waits for messages if there are none, and how much it sends at once. */
const fetchLimits = { maxWaitMs: 500, maxBytes: 2_097_152, maxBytesOfPartition: 1_048_576 } as const;
const offsetOutOfRange = 1;
const pauseMs = 100;
const retryDelayMs = doublingDelay(pauseMs, 1000);

/**
 * A broker checks all partitions of a session at each fetch. If they are many and each gets messages now and then, it would be asked as
 * often as messages arrive. This limits how many partitions it checks in a millisecond.
 */
const partitionsPerMs = 20;
const maxPauseMs = 50;
/** After an answer of this size there is probably more. */
const largeAnswerBytes = 262_144;

/** Reads the partitions that one broker leads, with one fetch at a time, as long as it leads any. */
export class BrokerReader {
  private readonly session = new FetchSession();
  private failures = 0;

  constructor(
    private readonly broker: number,
    private readonly reading: Reading,
  ) {}

  /** @throws what the options' callbacks throw, or TooOldBroker */
  async run(): Promise<void> {
    const { signal } = this.reading.options;
    for (let own = this.own(); own.length > 0 && !signal.aborted; own = this.own()) {
      try {
        await this.readOn(own);
        this.failures = 0;
      } catch (error) {
        if (!isFromKafka(error)) throw error;
        this.reading.logger.debug(`broker ${this.broker} could not be read: ${kafkaReason(error)}`);
        this.session.restart();
        this.reading.onLeaderLost();
        await delay(retryDelayMs(++this.failures), signal);
      }
    }
  }

  private own(): FollowedPartition[] {
    return this.reading.partitions().filter(({ leader }) => leader === this.broker);
  }

  private async readOn(own: readonly FollowedPartition[]): Promise<void> {
    const { requests, options } = this.reading;
    await findBounds(this.broker, own, this.reading);
    const wanted = own.filter(
      (partition) =>
        partition.leader === this.broker && partition.hasBegun && !partition.isDone && !partition.isBusy,
    );
    if (wanted.length === 0) {
      await delay(pauseMs, options.signal);
      return;
    }
    const answer = await requests.fetch(this.broker, { ...fetchLimits, ...this.session.request(wanted) });
    if (!this.session.answered(answer)) {
      this.reading.logger.debug(`broker ${this.broker} ended the session: ${errorNameOf(answer.errorCode)}`);
      await delay(pauseMs, options.signal);
      return;
    }
    const answeredMs = Date.now();
    const bytes = await this.take(answer);
    // A partition that the answer does not mention has not changed.
    for (const partition of wanted)
      if (partition.leader === this.broker && !partition.isOutOfRange) partition.asOfMs = answeredMs;
    const restMs = bytes >= largeAnswerBytes ? 0 : Math.min(wanted.length / partitionsPerMs, maxPauseMs);
    if (restMs >= 1) await delay(restMs, options.signal);
  }

  private async take({ partitions }: FetchedMany): Promise<number> {
    const { options, share } = this.reading;
    let bytes = 0;
    for (const fetched of partitions) {
      const asked = this.session.askedFor(fetched);
      // Meanwhile another broker may lead it and have been asked, or its topic may be gone.
      if (asked === undefined || options.signal.aborted) continue;
      const { partition, offset } = asked;
      const isWanted = !partition.isDone && !partition.isBusy && partition.next === offset;
      if (partition.leader !== this.broker || !isWanted) continue;
      if (fetched.errorCode === offsetOutOfRange) partition.isOutOfRange = true;
      else if (fetched.errorCode !== 0) this.lose(partition, fetched.errorCode);
      else {
        const { highWatermark, logStart, recordSet } = fetched;
        partition.learn({ earliest: logStart, latest: highWatermark });
        bytes += recordSet.length;
        await deliver(partition, { recordSet, highWatermark, logStart }, options, share);
      }
    }
    return bytes;
  }

  private lose(partition: FollowedPartition, errorCode: number): void {
    const { topic, partition: number } = partition;
    this.reading.logger.debug(
      `broker ${this.broker} does not serve topic "${topic}", partition ${number}: ${errorNameOf(errorCode)}`,
    );
    partition.leader = -1;
    this.reading.onLeaderLost();
  }
}

/**
 * Asks a broker for the bounds of its partitions that have not begun, or whose next offset does not exist, so that they begin or go on.
 * A partition without bounds in the answer loses its leader.
 *
 * @throws KafkaError
 */
async function findBounds(
  broker: number,
  own: readonly FollowedPartition[],
  { requests, options, logger, onLeaderLost }: Reading,
): Promise<void> {
  const asked = own.filter(({ hasBegun, isOutOfRange }) => !hasBegun || isOutOfRange);
  if (asked.length === 0) return;
  const names = asked.map(({ topic, partition }) => ({ topic, partition }));
  const [earliest, latest] = await Promise.all([
    requests.listOffsets(broker, "earliest", names).then(byName),
    requests.listOffsets(broker, "latest", names).then(byName),
  ]);
  for (const partition of asked) {
    // The leader may have changed while the broker answered.
    if (partition.leader !== broker || partition.isDone) continue;
    const [first, last] = [earliest.get(nameOf(partition)), latest.get(nameOf(partition))];
    const errorCode = first?.errorCode || last?.errorCode || 0;
    const isFound = first !== undefined && last !== undefined && errorCode === 0;
    const isUsed = isFound && settle(partition, { earliest: first.offset, latest: last.offset }, options);
    if (isUsed) continue;
    logger.debug(
      `broker ${broker} has no bounds of topic "${partition.topic}", partition ${partition.partition}: ${errorNameOf(errorCode)}`,
    );
    partition.leader = -1;
    onLeaderLost();
  }
}

/** @returns whether the bounds determine where to go on; an offset between them that does not exist will exist soon */
function settle(
  partition: FollowedPartition,
  bounds: { readonly earliest: number; readonly latest: number },
  options: FollowOptions,
): boolean {
  if (!partition.hasBegun) {
    partition.begin(bounds, options);
    return true;
  }
  partition.isOutOfRange = false;
  partition.learn(bounds);
  const { topic, partition: number, next, end } = partition;
  if (next < bounds.earliest) {
    const to = Math.min(bounds.earliest, end);
    partition.moveTo(to);
    options.onSkipped?.(topic, number, next, to, "they were removed from the topic before they were read");
    return true;
  }
  if (next <= bounds.latest) return false;
  if (options.end !== undefined) partition.isRetired = true;
  else partition.moveTo(bounds.earliest);
  options.onReset?.(topic, number);
  return true;
}

function byName(listed: readonly ListedOffset[]): Map<string, ListedOffset> {
  return new Map(listed.map((offset) => [nameOf(offset), offset]));
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/** A partition and the offset that the broker was last asked for. */
interface Asked {
  readonly partition: FollowedPartition;
  readonly offset: number;
}

type SessionRequest = Pick<FetchOfMany, "session" | "partitions" | "forgotten">;

const firstEpoch = 0;
const maxEpoch = 2 ** 31 - 1;

/**
 * A session of fetches with one broker (KIP-227, as in Kafka's own FetchSessionHandler). The broker remembers what it was asked for: a
 * request names only what has changed, and an answer only what is new. A broker without room for a session is asked for everything each
 * time.
 */
export class FetchSession {
  private id = 0;
  private epoch = firstEpoch;
  private asked = new Map<string, Asked>();
  /** Rotates the partitions if the broker does not. In a session, a partition that had messages goes to the end. */
  private turn = 0;

  /** The next request, for these partitions and no others. */
  request(wanted: readonly FollowedPartition[]): SessionRequest {
    return this.epoch === firstEpoch ? this.requestAll(wanted) : this.requestChanges(wanted);
  }

  /** What a partition of an answer was asked for; undefined if it was not. */
  askedFor({ topicId, partition }: PartitionById): Asked | undefined {
    return this.asked.get(`${topicId}/${partition}`);
  }

  /** Takes an answer. @returns whether it has partitions; otherwise the broker has given the session up */
  answered({ errorCode, sessionId }: Pick<FetchedMany, "errorCode" | "sessionId">): boolean {
    if (errorCode !== 0) {
      this.restart();
      return false;
    }
    if (this.epoch === firstEpoch) this.id = sessionId;
    if (this.id !== 0) this.epoch = this.epoch === maxEpoch ? 1 : this.epoch + 1;
    return true;
  }

  /** The next request begins a new session, and ends this one if the broker still has it. */
  restart(): void {
    this.epoch = firstEpoch;
  }

  private requestAll(wanted: readonly FollowedPartition[]): SessionRequest {
    const first = this.turn++ % Math.max(1, wanted.length);
    const inTurn = [...wanted.slice(first), ...wanted.slice(0, first)];
    this.asked = new Map(inTurn.map((partition) => [partition.key, { partition, offset: partition.next }]));
    return { session: { id: this.id, epoch: firstEpoch }, partitions: inTurn.map(positionOf), forgotten: [] };
  }

  private requestChanges(wanted: readonly FollowedPartition[]): SessionRequest {
    const former = this.asked;
    this.asked = new Map();
    const changed: FollowedPartition[] = [];
    for (const partition of wanted) {
      const { key, next } = partition;
      const same = former.get(key);
      if (same?.offset !== next) changed.push(partition);
      this.asked.set(key, same?.offset === next ? same : { partition, offset: next });
    }
    const forgotten = [...former.values()].filter(({ partition }) => !this.asked.has(partition.key));
    return {
      session: { id: this.id, epoch: this.epoch },
      partitions: changed.map(positionOf),
      forgotten: forgotten.map(({ partition: { topicId, partition } }) => ({ topicId, partition })),
    };
  }
}

function positionOf({ topicId, partition, next }: FollowedPartition): FetchOfMany["partitions"][number] {
  return { topicId, partition, offset: next };
}
