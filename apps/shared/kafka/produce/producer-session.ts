import type { Logger } from "../../logger";
import { refusalOf } from "../requests/refusal";
import { outcomeOf } from "./outcome";
import { ProducerIdentity } from "./producer-identity";
import type { ProducerRequests } from "./requests";
import { TopicLeaders } from "./topic-leaders";

/** How soon partitions that were added are seen. */
const lookAgainMs = 10_000;

/** What a producer knows of its topic and of itself from one send to the next. */
export class ProducerSession {
  readonly leaders: TopicLeaders;
  private current: ProducerIdentity | undefined;
  private identifying: Promise<ProducerIdentity> | undefined;
  private lookAgain: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Logger,
    readonly requests: ProducerRequests,
    readonly topic: string,
    readonly onRetry: (reason: string) => void,
  ) {
    this.leaders = new TopicLeaders(topic);
  }

  /** Whom batches that have no stamp yet are sent by; undefined before there is one, and after the brokers forgot it. */
  get identity(): ProducerIdentity | undefined {
    return this.current;
  }

  /** Learns where the leaders are, and gets an identity where there is none. @throws what kafkajs throws */
  async prepare(): Promise<void> {
    await this.look();
    if (this.current !== undefined) return;
    this.identifying ??= this.requests.newProducerId().then((id) => new ProducerIdentity(id));
    try {
      this.current = await this.identifying;
    } finally {
      this.identifying = undefined;
    }
  }

  /** Looks again from time to time, until {@link close}. */
  keepLooking(): void {
    this.lookAgain ??= setInterval(() => void this.look().catch(() => {}), lookAgainMs).unref();
  }

  /** The brokers do not know an identity any more. @param repeated how many messages may stand twice because of it */
  forget(identity: ProducerIdentity | undefined, reason: string, repeated: number): void {
    this.logger.warn(
      `the brokers do not know this producer any more (${reason}): going on as a new one` +
        (repeated > 0 ? `; the last ${repeated} messages may stand twice` : ""),
    );
    if (identity === this.current) this.current = undefined;
  }

  /** Gives the identity up, because it is not known which of its sequences are taken. */
  renounce(): void {
    this.current = undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.lookAgain);
    this.lookAgain = undefined;
    await this.requests.close();
  }

  private async look(): Promise<void> {
    const description = await this.requests.describe(this.topic);
    const errorCode = description.topics.find(({ name }) => name === this.topic)?.errorCode ?? 0;
    if (outcomeOf(errorCode) === "fatal") throw refusalOf({ errorCode, errorMessage: undefined });
    this.leaders.learn(description);
  }
}
