import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { imageContractProblems } from "./image-contract";
import { parseImage } from "./image-reference";
import { kafkaVersion, showKafkaVersion } from "./kafka-version";
import type { StackConfig } from "./schema";

type Config = Partial<Pick<z.output<typeof StackConfig>, "coordination" | "images">>;

/** What is wrong between what coordinates the brokers and the rest. */
export function coordinationProblems(config: Config, raw: Readonly<Record<string, unknown>>): Problem[] {
  const { coordination, images } = config;
  const contract = imageContractProblems(config);
  const isTold = contract.some(({ path }) => path === "images.kafka");
  return [
    ...(coordination === "kraft" ? zookeepersProblems(raw) : []),
    ...contract,
    ...(images === undefined || isTold ? [] : versionProblems(coordination, images.kafka)),
  ];
}

function zookeepersProblems({ zookeepers }: Readonly<Record<string, unknown>>): Problem[] {
  if (zookeepers === undefined) return [];
  const remedy =
    "remove it (npx pulumi config rm zookeepers): with coordination kraft there is no ZooKeeper, and the program " +
    "decides how many controllers there are";
  return [{ path: "zookeepers", found: zookeepers, remedy }];
}

/** ZooKeeper ended with Kafka 3.9; quorums that change while they run, which this program makes, began with it (KIP-853). */
function versionProblems(coordination: Config["coordination"], image: string): Problem[] {
  const version = kafkaVersion(image);
  if (version === undefined) return coordination === "zookeeper" ? latestProblems(image) : [];
  const { major, minor } = version;
  if (coordination === "zookeeper" && major >= 4) {
    const remedy =
      `${showKafkaVersion(version)} has no ZooKeeper: set coordination to kraft, or an image of at most ` +
      "Kafka 3.9 (confluentinc/cp-kafka:7.9.2)";
    return [{ path: "images.kafka", found: image, remedy }];
  }
  if (coordination === "kraft" && (major < 3 || (major === 3 && minor < 9))) {
    const remedy =
      `${showKafkaVersion(version)} has quorums that never change: set an image of at least Kafka 3.9 ` +
      "(confluentinc/cp-kafka:7.9.2), or coordination to zookeeper";
    return [{ path: "images.kafka", found: image, remedy }];
  }
  return [];
}

/** The latest of Confluent's images are Kafka 4, from Confluent Platform 8.0 on. */
function latestProblems(image: string): Problem[] {
  const { repository, tag = "latest", digest } = parseImage(image);
  if (!/(^|\/)cp-(kafka|server)$/.test(repository) || !/^latest\b/.test(tag) || digest !== undefined)
    return [];
  const remedy =
    "name a version, such as confluentinc/cp-kafka:7.9.2: the latest has Kafka 4, which has no ZooKeeper; " +
    "or set coordination to kraft";
  return [{ path: "images.kafka", found: image, remedy }];
}
