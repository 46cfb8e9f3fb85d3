import { isFromKafka, isSameTopic, type KafkaClient, type TopicIdentities } from "../../../shared/kafka";
import { within } from "../../../shared/shutdown";

const lookEveryMs = 5000;
const answerWithinMs = 3000;

/**
 * Detects, while topics are read, that one was deleted and created again, or that another cluster answers under the same addresses.
 * Kafka's client would continue with any topic of the same name, as if its offsets were those of the former topic.
 */
export class SourceWatch {
  private known: TopicIdentities = new Map();
  private timer: NodeJS.Timeout | undefined;
  /** Counts how often watching started or stopped; an answer to an earlier request has no effect. */
  private round = 0;

  /** @param onChanged called when a topic is found to have changed; watching has stopped by then. */
  constructor(
    private readonly kafka: KafkaClient,
    private readonly onChanged: () => void,
  ) {}

  /** Starts to watch these topics instead of the former ones. */
  watch(identities: TopicIdentities): void {
    this.stop();
    this.known = identities;
    if (identities.size > 0) this.lookLater();
  }

  stop(): void {
    this.round++;
    clearTimeout(this.timer);
    this.known = new Map();
  }

  /**
   * Asks the brokers whether a watched topic has another identity than when watching started. A topic that does not exist has not
   * changed: its successor will have. Brokers that do not answer in time report no change either: reading itself notices an outage.
   */
  async hasChanged(): Promise<boolean> {
    const { known } = this;
    const found = await within(answerWithinMs, this.kafka.identifyTopics([...known.keys()])).catch(
      (error: unknown) => {
        if (!isFromKafka(error)) throw error;
        return undefined;
      },
    );
    if (found?.kind !== "done") return false;
    return [...found.result].some(([topic, identity]) => {
      const before = known.get(topic);
      return before !== undefined && !isSameTopic(before, identity);
    });
  }

  private lookLater(): void {
    const { round } = this;
    this.timer = setTimeout(() => void this.look(round), lookEveryMs);
  }

  private async look(round: number): Promise<void> {
    const changed = await this.hasChanged();
    if (round !== this.round) return;
    if (!changed) {
      this.lookLater();
      return;
    }
    this.stop();
    this.onChanged();
  }
}
