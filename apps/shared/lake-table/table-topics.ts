/**
 * The lake's name in the table's transactions. It is the same for all lake consumers, whatever their names, so that no two of them can
 * land the same message in one table.
 */
const application = "kafka-iot-sim-lake";

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition under both of its names. */
export interface TablePartition extends TopicPartition {
  /**
   * The topic's name in the table: `device-1`, and `device-1#2`, `device-1#3`, … after the topic was created again or had lost messages.
   * Each name stands for one unbroken run of offsets, so that name, partition and offset of a row are unique. Kafka does not allow `#` in
   * the name of a topic.
   */
  readonly tableTopic: string;
}

/** The name of a topic's incarnation in the table. @param incarnation counted from 1 */
export function tableTopicOf(topic: string, incarnation: number): string {
  return incarnation === 1 ? topic : `${topic}#${incarnation}`;
}

const tableTopicPattern = /^([^#]+)(?:#([2-9]|[1-9]\d+))?$/;

/** The topic and incarnation of a name in the table; undefined if it is not such a name. */
export function parseTableTopic(tableTopic: string): { topic: string; incarnation: number } | undefined {
  const [, topic, incarnation = "1"] = tableTopicPattern.exec(tableTopic) ?? [];
  return topic === undefined ? undefined : { topic, incarnation: Number(incarnation) };
}

/**
 * The application of one Kafka partition in the table. Its version is the next offset to read, or {@link closedAt} once the topic
 * continues under another name.
 */
export function appIdOf({ tableTopic, partition }: Pick<TablePartition, "tableTopic" | "partition">): string {
  return `${application}:${tableTopic}:${partition}`;
}

/** The Kafka partition of an application of the table, and its incarnation; undefined for those of other programs. */
export function partitionOfApp(
  appId: string,
): (TablePartition & { readonly incarnation: number }) | undefined {
  // Kafka does not allow a colon in the name of a topic.
  const [name, tableTopic = "", partition = "", ...rest] = appId.split(":");
  const parsed = parseTableTopic(tableTopic);
  if (name !== application || parsed === undefined || rest.length > 0) return undefined;
  return /^\d+$/.test(partition) ? { ...parsed, tableTopic, partition: Number(partition) } : undefined;
}

/**
 * The version that closes a partition's run of offsets at `next`. It differs from every offset, so that a consumer that has not noticed
 * yet cannot commit.
 */
export function closedAt(next: number): number {
  return -1 - next;
}

/** The next offset for the version of a partition's application, closed or not. */
export function nextOffsetOf(version: number): number {
  return version < 0 ? -1 - version : version;
}
