import { type Admin, Kafka, logLevel, type Producer } from "kafkajs";

const pauseMs = 20;
const topic = "probe";

const client = (bootstrapServers: readonly string[]) =>
  new Kafka({
    clientId: "bench",
    brokers: [...bootstrapServers],
    connectionTimeout: 1_000,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });

/** Waits until all brokers have joined the cluster. @throws Error after two minutes */
export async function waitForBrokers(bootstrapServers: readonly string[]): Promise<void> {
  await askUntilAnswered(client(bootstrapServers), async (admin) => {
    const { brokers } = await admin.describeCluster();
    return brokers.length === bootstrapServers.length || undefined;
  });
}

/** Asks a cluster that may not be ready yet, until it answers. @throws Error after two minutes */
async function askUntilAnswered<Answer>(
  kafka: Kafka,
  ask: (admin: Admin) => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const answer = await ask(admin);
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) throw new Error("the cluster is not there after two minutes");
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    await sleep(100);
  }
}

/** Sends one message after the other to each partition of its own topic, and records when the latest was acknowledged. */
export class Probe {
  private stopped = false;
  /** When each partition last acknowledged a message, in milliseconds since 1970, and when that message was sent. */
  private readonly last = new Map<number, { readonly sentMs: number; readonly acknowledgedMs: number }>();

  private constructor(
    private readonly kafka: Kafka,
    private readonly producer: Producer,
    private readonly partitions: number,
    private readonly loops: Promise<void>[],
  ) {}

  /** Creates the topic with one partition for each broker to lead, and starts. Resolves when each partition has acknowledged a message. */
  static async start(bootstrapServers: readonly string[]): Promise<Probe> {
    const kafka = client(bootstrapServers);
    const brokers = bootstrapServers.length;
    await makeTopic(kafka, brokers);
    const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    await askUntilAnswered(kafka, () => producer.connect().then(() => true));
    const probe = new Probe(kafka, producer, brokers, []);
    for (let partition = 0; partition < brokers; partition++) probe.loops.push(probe.feed(partition));
    await probe.acknowledgedAfter(Date.now(), [...Array(brokers).keys()]);
    return probe;
  }

  /** The partitions that a broker leads. */
  ledBy(id: number): Promise<number[]> {
    return askUntilAnswered(this.kafka, async (admin) => {
      const [metadata] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
      return (metadata?.partitions ?? [])
        .filter(({ leader }) => leader === id)
        .map(({ partitionId }) => partitionId);
    });
  }

  /**
   * Waits until each of these partitions has acknowledged a message that was sent after a moment.
   * @returns when the last of them did. @throws Error after two minutes
   */
  async acknowledgedAfter(momentMs: number, partitions: readonly number[]): Promise<number> {
    const deadline = Date.now() + 120_000;
    const firsts = new Map<number, number>();
    while (firsts.size < partitions.length) {
      for (const partition of partitions) {
        const last = this.last.get(partition);
        if (last !== undefined && last.sentMs > momentMs && !firsts.has(partition))
          firsts.set(partition, last.acknowledgedMs);
      }
      if (Date.now() > deadline)
        throw new Error(`${firsts.size} of ${partitions.length} partitions take messages`);
      await sleep(pauseMs / 2);
    }
    return Math.max(...firsts.values());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
    await this.producer.disconnect();
  }

  private async feed(partition: number): Promise<void> {
    while (!this.stopped) {
      const sentMs = Date.now();
      try {
        await this.producer.send({ topic, acks: -1, timeout: 5_000, messages: [{ partition, value: "." }] });
        this.last.set(partition, { sentMs, acknowledgedMs: Date.now() });
      } catch {
        // Before it sends again, kafkajs asks for the new leader of the partition. The time that this takes is part of the outage.
      }
      await sleep(pauseMs);
    }
  }
}

async function makeTopic(kafka: Kafka, brokers: number): Promise<void> {
  const copies = Math.min(3, brokers);
  const replicaAssignment = Array.from({ length: brokers }, (_, partition) => ({
    partition,
    replicas: Array.from({ length: copies }, (_each, copy) => ((partition + copy) % brokers) + 1),
  }));
  const configEntries = [{ name: "min.insync.replicas", value: brokers >= 3 ? "2" : "1" }];
  const topics = [{ topic, replicaAssignment, configEntries }];
  // False if the topic exists already: an earlier request made it, and its answer was lost.
  await askUntilAnswered(kafka, (admin) =>
    admin.createTopics({ topics, waitForLeaders: false }).then(() => true),
  );
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
