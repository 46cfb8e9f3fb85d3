import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { parseImage } from "./image-reference";
import type { StackConfig } from "./schema";

type Config = z.output<typeof StackConfig>;

/** The images that are told what to do by the contract of Confluent's, each with well-known ones that have another. */
const contracts = {
  kafka: {
    others: [
      "apache/kafka",
      "apache/kafka-native",
      "bitnami/kafka",
      "bitnamilegacy/kafka",
      "wurstmeister/kafka",
    ],
    remedy:
      "name confluentinc/cp-kafka:7.9.2 or one made from it: nodes are set and started by scripts in /etc/confluent/docker, " +
      "which this image does not have",
  },
  zookeeper: {
    others: ["library/zookeeper", "bitnami/zookeeper", "bitnamilegacy/zookeeper", "wurstmeister/zookeeper"],
    remedy:
      "name confluentinc/cp-zookeeper:7.9.2 or one made from it: members are set by variables such as ZOOKEEPER_SERVERS, which this " +
      "image does not know",
  },
} as const;

/** Images that would not understand what they are told. Names that nobody here knows are taken as they are. */
export function imageContractProblems({
  images,
  coordination,
}: Partial<Pick<Config, "images" | "coordination">>): Problem[] {
  if (images === undefined) return [];
  return (["kafka", "zookeeper"] as const)
    .filter((what) => what === "kafka" || coordination === "zookeeper")
    .filter((what) => {
      const { repository } = parseImage(images[what]);
      return contracts[what].others.some((other) => `/${repository}`.endsWith(`/${other}`));
    })
    .map((what) => ({ path: `images.${what}`, found: images[what], remedy: contracts[what].remedy }));
}
