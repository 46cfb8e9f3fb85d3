import { isFromKafka, isSameTopic, type KafkaClient, type TopicIdentities } from "../../../shared/kafka";
import { within } from "../../../shared/shutdown";

const lookEveryMs = 5000;
const answerWithinMs = 3000;

/**
 * Notices topics that are deleted and made again, or another cluster in the place of the one before, while they are read:
 * Kafka's client goes on with whatever bears the name, and takes an offset of one for an offset of the other.
 */
export class SourceWatch {
  private known: TopicIdentities = new Map();
  private timer: NodeJS.Timeout | undefined;
  /** Counts the times that watching began or ended: an answer to an older question means nothing. */
  private round = 0;

  /** @param onChanged called when a topic is found to be another; watching has ended then. */
  constructor(
    private readonly kafka: KafkaClient,
    private readonly onChanged: () => void,
  ) {}

  /** Begins to watch these topics instead of those before. */
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
   * Asks the brokers whether a watched topic is another than when watching began. One that is not there is not taken for
   * another: what comes in its place will be. Nor are brokers that do not answer soon: the reading itself makes their
   * absence known.
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
