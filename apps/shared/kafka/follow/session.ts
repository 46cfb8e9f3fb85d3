import type { FetchedMany, FetchOfMany, PlaceById } from "../requests/fetch-session";
import type { FollowedPartition } from "./partition";

/** A partition as the broker was last asked for it. */
interface Asked {
  readonly partition: FollowedPartition;
  readonly offset: number;
}

type SessionRequest = Pick<FetchOfMany, "session" | "partitions" | "forgotten">;

const begin = 0;
const longestEpoch = 2 ** 31 - 1;

/**
 * A session of fetches with one broker (KIP-227, as in Kafka's own FetchSessionHandler): the broker keeps what it was asked for, so that
 * a request names only what has changed, and an answer only what is new. A broker without room for one is asked for all each time.
 */
export class FetchSession {
  private id = 0;
  private epoch = begin;
  private asked = new Map<string, Asked>();
  /** Where the broker begins to look, if it does not keep the order itself: in a session those that had messages go to the end. */
  private turn = 0;

  /** The next request, for these partitions and no others. */
  request(wanted: readonly FollowedPartition[]): SessionRequest {
    return this.epoch === begin ? this.requestAll(wanted) : this.requestChanges(wanted);
  }

  /** What a partition of an answer was asked for; undefined if it was not. */
  askedFor({ topicId, partition }: PlaceById): Asked | undefined {
    return this.asked.get(`${topicId}/${partition}`);
  }

  /** Takes notice of an answer. @returns whether it is one: a broker may have given the session up. */
  answered({ errorCode, sessionId }: Pick<FetchedMany, "errorCode" | "sessionId">): boolean {
    if (errorCode !== 0) {
      this.restart();
      return false;
    }
    if (this.epoch === begin) this.id = sessionId;
    if (this.id !== 0) this.epoch = this.epoch === longestEpoch ? 1 : this.epoch + 1;
    return true;
  }

  /** The next request begins a new session, and ends this one if the broker still has it. */
  restart(): void {
    this.epoch = begin;
  }

  private requestAll(wanted: readonly FollowedPartition[]): SessionRequest {
    const first = this.turn++ % Math.max(1, wanted.length);
    const inTurn = [...wanted.slice(first), ...wanted.slice(0, first)];
    this.asked = new Map(inTurn.map((partition) => [partition.key, { partition, offset: partition.next }]));
    return { session: { id: this.id, epoch: begin }, partitions: inTurn.map(placeOf), forgotten: [] };
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
      partitions: changed.map(placeOf),
      forgotten: forgotten.map(({ partition: { topicId, partition } }) => ({ topicId, partition })),
    };
  }
}

function placeOf({ topicId, partition, next }: FollowedPartition): FetchOfMany["partitions"][number] {
  return { topicId, partition, offset: next };
}
