import { partitionOfApp } from "../../shared/lake-table/table-topics";

/**
 * Topics, by their names in Kafka, that the table was fed from and that no device of the stack publishes to any more:
 * they are read to their end, so that the last observations of a removed device are not lost.
 */
export function abandonedTopics(appIds: Iterable<string>, planned: readonly string[]): string[] {
  const fed = new Set<string>();
  for (const appId of appIds) {
    const partition = partitionOfApp(appId);
    if (partition !== undefined && !planned.includes(partition.topic)) fed.add(partition.topic);
  }
  return [...fed].sort();
}
