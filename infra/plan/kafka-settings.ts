/**
 * The variable by which the image is given a broker property: `log.retention.ms` is KAFKA_LOG_RETENTION_MS; underscores are
 * doubled and hyphens tripled (Confluent, "Docker configuration parameters").
 */
export function propertyVariable(property: string): string {
  const escaped = property.replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_");
  return `KAFKA_${escaped.toUpperCase()}`;
}

/** The variables of several broker properties. */
export function propertyVariables(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([property, value]) => [propertyVariable(property), value]),
  );
}

/** What the JVM has beside its heap, and the page cache that a node does not do well without, in megabytes. */
const besideHeapMegabytes = 512;
const firstHeapMegabytes = 256;

/** The heap of a Kafka node, which starts small and grows only under load, and the container's limit that it fits into. */
export function planHeap(heapMegabytes: number): {
  readonly options: string;
  readonly limitMegabytes: number;
} {
  return {
    options: `-Xms${Math.min(firstHeapMegabytes, heapMegabytes)}m -Xmx${heapMegabytes}m`,
    limitMegabytes: heapMegabytes + besideHeapMegabytes,
  };
}
