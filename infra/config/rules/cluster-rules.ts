import type { Problem } from "../../../contract/problems";
import { countPartitions, defaultReplicationFactor } from "../../model/cluster";
import { type Given, type ParsedConfig, problemWith } from "../parsed-config";
import { kafkaVersion, parseImage, showKafkaVersion } from "../schema/images";

/** What is wrong between the size of the cluster, its coordination and its images. */
export function clusterProblems(config: ParsedConfig): Problem[] {
  const ofImages = imageContractProblems(config);
  const hasWrongKafka = ofImages.some(({ path }) => path === "images.kafka");
  return [
    ...replicationProblems(config),
    ...partitionProblems(config),
    ...zookeeperProblems(config),
    ...ofImages,
    ...(hasWrongKafka ? [] : versionProblems(config)),
  ];
}

function replicationProblems({ brokers, replicationFactor }: ParsedConfig): Problem[] {
  if (brokers === undefined || replicationFactor?.value === undefined) return [];
  return replicationFactor.value <= brokers.value
    ? []
    : [problemWith(replicationFactor, `it exceeds brokers (${brokers.value}); lower it or add brokers`)];
}

/**
 * Maximum number of copies of partitions on one broker. A broker maps two to three index files of each copy into its memory, and Linux
 * allows a process 65,530 maps (`vm.max_map_count`). With more copies, brokers end with "Map failed" while topics are created.
 */
const maxReplicasPerBroker = 20_000;

/** More partitions than brokers can hold. */
function partitionProblems({ devices, partitions, brokers, replicationFactor }: ParsedConfig): Problem[] {
  if (devices === undefined || partitions === undefined || brokers === undefined) return [];
  const topics = new Set(devices.map(({ value }) => value.topic)).size;
  // Another rule reports more copies than brokers.
  const copies = Math.min(replicationFactor?.value ?? defaultReplicationFactor(brokers.value), brokers.value);
  const { replicasPerBroker } = countPartitions(topics, {
    partitions: partitions.value,
    replicationFactor: copies,
    brokers: brokers.value,
  });
  if (replicasPerBroker <= maxReplicasPerBroker) return [];
  const max = Math.floor((maxReplicasPerBroker * brokers.value) / (topics * copies));
  const spread = copies < brokers.value ? "add brokers" : "have more brokers than copies (replicationFactor)";
  const remedy =
    `lower it to at most ${max}, or lower devices, or ${spread}: with ${topics} topics a broker would have ${replicasPerBroker} copies of ` +
    `partitions, and can have ${maxReplicasPerBroker}, because it maps files of each into its memory`;
  return [problemWith(partitions, remedy)];
}

function zookeeperProblems({ coordination, written }: ParsedConfig): Problem[] {
  if (coordination?.value !== "kraft" || written["zookeepers"] === undefined) return [];
  const remedy =
    "remove it (npx pulumi config rm zookeepers): with coordination kraft there is no ZooKeeper, and the program " +
    "decides how many controllers there are";
  return [problemWith({ path: "zookeepers", written: written["zookeepers"] }, remedy)];
}

/** The images that must follow the conventions of Confluent's, each with well-known images that do not. */
const conventions = {
  kafka: {
    others: [
      "apache/kafka",
      "apache/kafka-native",
      "bitnami/kafka",
      "bitnamilegacy/kafka",
      "wurstmeister/kafka",
    ],
    remedy:
      "name confluentinc/cp-kafka:7.9.2 or an image made from it: scripts in /etc/confluent/docker configure and start the nodes, and " +
      "this image does not have them",
  },
  zookeeper: {
    others: ["library/zookeeper", "bitnami/zookeeper", "bitnamilegacy/zookeeper", "wurstmeister/zookeeper"],
    remedy:
      "name confluentinc/cp-zookeeper:7.9.2 or an image made from it: variables such as ZOOKEEPER_SERVERS configure the members, and this " +
      "image does not know them",
  },
} as const;

/** Images that do not understand their settings. Unknown names are accepted. */
function imageContractProblems({ images, coordination }: ParsedConfig): Problem[] {
  if (images === undefined) return [];
  return (["kafka", "zookeeper"] as const)
    .filter((role) => role === "kafka" || coordination?.value === "zookeeper")
    .filter((role) => {
      const { repository } = parseImage(images.value[role]);
      return conventions[role].others.some((other) => `/${repository}`.endsWith(`/${other}`));
    })
    .map((role) => problemWith(imageOf(images, role), conventions[role].remedy));
}

function imageOf({ value }: Given<Readonly<Record<string, string>>>, role: string) {
  return { path: `images.${role}`, written: value[role] };
}

/** ZooKeeper ended with Kafka 3.9. Quorums that can change while they run, which this program needs, started with it (KIP-853). */
function versionProblems({ images, coordination }: ParsedConfig): Problem[] {
  if (images === undefined) return [];
  const image = images.value.kafka;
  const version = kafkaVersion(image);
  const place = imageOf(images, "kafka");
  if (version === undefined) {
    if (coordination?.value !== "zookeeper" || !isLatestConfluent(image)) return [];
    const remedy =
      "name a version, such as confluentinc/cp-kafka:7.9.2: the latest has Kafka 4, which has no ZooKeeper; " +
      "or set coordination to kraft";
    return [problemWith(place, remedy)];
  }
  const { major, minor } = version;
  if (coordination?.value === "zookeeper" && major >= 4) {
    const remedy =
      `${showKafkaVersion(version)} has no ZooKeeper: set coordination to kraft, or an image of at most ` +
      "Kafka 3.9 (confluentinc/cp-kafka:7.9.2)";
    return [problemWith(place, remedy)];
  }
  if (coordination?.value === "kraft" && (major < 3 || (major === 3 && minor < 9))) {
    const remedy =
      `${showKafkaVersion(version)} cannot change its quorum: set an image of at least Kafka 3.9 ` +
      "(confluentinc/cp-kafka:7.9.2), or coordination to zookeeper";
    return [problemWith(place, remedy)];
  }
  return [];
}

/** The latest of Confluent's images have Kafka 4, since Confluent Platform 8.0. */
function isLatestConfluent(image: string): boolean {
  const { repository, tag = "latest", digest } = parseImage(image);
  return /(^|\/)cp-(kafka|server)$/.test(repository) && /^latest\b/.test(tag) && digest === undefined;
}
