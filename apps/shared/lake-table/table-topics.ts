/**
 * The lake's name in the table's transactions. It is the same for every lake consumer, whatever its name, so that no two
 * of them can land the same message in one table.
 */
const application = "kafka-iot-sim-lake";

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition under both of its names. */
export interface TablePartition extends TopicPartition {
  /**
   * What the table calls the topic: `device-1`; `device-1#2`, `device-1#3`, … for what it was fed with after the topic was
   * made anew or had lost messages. It stands for one unbroken run of offsets, so that a row's name, partition and offset
   * stay unique. Kafka allows no `#` in the name of a topic.
   */
  readonly tableTopic: string;
}

/** What the table calls a topic in its `incarnation`, counted from 1. */
export function tableTopicOf(topic: string, incarnation: number): string {
  return incarnation === 1 ? topic : `${topic}#${incarnation}`;
}

const tableTopicPattern = /^([^#]+)(?:#([2-9]|[1-9]\d+))?$/;

/** The topic and incarnation of a name that the table has for it; undefined if it has no such name. */
export function parseTableTopic(tableTopic: string): { topic: string; incarnation: number } | undefined {
  const [, topic, incarnation = "1"] = tableTopicPattern.exec(tableTopic) ?? [];
  return topic === undefined ? undefined : { topic, incarnation: Number(incarnation) };
}

/**
 * The application that stands for one Kafka partition in the table. Its version is the next offset to read, or, once the
 * topic goes on under another name, {@link closedAt}.
 */
export function appIdOf({ tableTopic, partition }: Pick<TablePartition, "tableTopic" | "partition">): string {
  return `${application}:${tableTopic}:${partition}`;
}

/** The Kafka partition of an application of the table, and its incarnation; undefined for those of other programs. */
export function partitionOfApp(
  appId: string,
): (TablePartition & { readonly incarnation: number }) | undefined {
  // Kafka allows no colon in the name of a topic.
  const [name, tableTopic = "", partition = "", ...rest] = appId.split(":");
  const parsed = parseTableTopic(tableTopic);
  if (name !== application || parsed === undefined || rest.length > 0) return undefined;
  return /^\d+$/.test(partition) ? { ...parsed, tableTopic, partition: Number(partition) } : undefined;
}

/**
 * The version that closes a partition's run of offsets at `next`. It differs from every offset, so that a commit of a
 * consumer that has not noticed yet does not take place.
 */
export function closedAt(next: number): number {
  return -1 - next;
}

/** The next offset that the version of a partition's application stands for, closed or not. */
export function nextOffsetOf(version: number): number {
  return version < 0 ? -1 - version : version;
}
