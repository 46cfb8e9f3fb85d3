/** A version of Apache Kafka. */
export interface KafkaVersion {
  readonly major: number;
  readonly minor: number;
}

/** Confluent Platform's major versions, whose minors are Kafka's: 7.9 is Kafka 3.9, 8.0 is Kafka 4.0. */
const confluentMajors: Readonly<Record<number, number>> = { 7: 3, 8: 4 };

/**
 * The version of Kafka in an image, if its name and tag tell: an image named `kafka` has Kafka's own version as its tag, `cp-kafka`
 * and `cp-server` that of Confluent Platform. Undefined for other names, for tags such as `latest`, and for digests.
 */
export function kafkaVersion(image: string): KafkaVersion | undefined {
  const match = /(?:^|\/)(kafka|cp-kafka|cp-server):v?(\d+)\.(\d+)(?![\d])/.exec(image);
  if (match === null) return undefined;
  const [, name, major, minor] = match;
  const kafkaMajor = name === "kafka" ? Number(major) : confluentMajors[Number(major)];
  // Nobody's first version of an image of his own is Kafka 0 or 1, which this program never ran with.
  if (kafkaMajor === undefined || kafkaMajor < 2) return undefined;
  return { major: kafkaMajor, minor: Number(minor) };
}

/** Writes a version: `Kafka 3.9`. */
export function showKafkaVersion({ major, minor }: KafkaVersion): string {
  return `Kafka ${major}.${minor}`;
}
