import type { Problem } from "../../contract/problems";
import { countPartitions } from "../model/cluster";
import type { DeviceSpec } from "../model/spec";

/** The keys that decide how many partitions a broker has, as far as they could be read. */
interface PartitionKeys {
  readonly devices: readonly Pick<DeviceSpec, "topic">[] | undefined;
  readonly partitions?: number | undefined;
  readonly brokers?: number | undefined;
  readonly replicationFactor?: number | undefined;
}

/**
 * The most copies of partitions on one broker. It maps two to three index files of each into its memory, and Linux allows a process
 * 65,530 maps (`vm.max_map_count`): with more, brokers end with "Map failed" while topics are being made.
 */
const maxReplicasPerBroker = 20_000;

/** More partitions than brokers could hold. */
export function partitionCountProblems({
  devices,
  partitions,
  brokers,
  replicationFactor,
}: PartitionKeys): Problem[] {
  if (devices === undefined || partitions === undefined || brokers === undefined) return [];
  const topics = new Set(devices.map(({ topic }) => topic)).size;
  // More copies than brokers are told of as such.
  const copies = Math.min(replicationFactor ?? 3, brokers);
  const { replicasPerBroker } = countPartitions(topics, { partitions, replicationFactor: copies, brokers });
  if (replicasPerBroker <= maxReplicasPerBroker) return [];
  const most = Math.floor((maxReplicasPerBroker * brokers) / (topics * copies));
  const spread = copies < brokers ? "add brokers" : "have more brokers than copies (replicationFactor)";
  const remedy =
    `lower it to at most ${most}, or lower devices, or ${spread}: of ${topics} topics a broker would have ${replicasPerBroker} copies of ` +
    `partitions, and can have ${maxReplicasPerBroker}, because it maps files of each into its memory`;
  return [{ path: "partitions", found: partitions, remedy }];
}
