import { z } from "zod";
import versions from "../../../tools/versions.json";

const imageRemedy = "write an image reference such as confluentinc/cp-kafka:7.9.2";

/** An image reference, `[registry[:port]/]path[:tag][@digest]`, by Docker's reference grammar (distribution/reference). */
const ImageReference = z
  .string(imageRemedy)
  .regex(
    /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    imageRemedy,
  );

/** The configuration's key `images`: the images of containers by what runs in them. */
export const ImagesConfig = z.strictObject(
  {
    kafka: ImageReference.default(versions.images.official.kafka).describe(
      "The image of brokers and controllers: Confluent's, or one with the same contract.",
    ),
    zookeeper: ImageReference.default(versions.images.official.zookeeper).describe(
      "The image of ZooKeeper members: Confluent's, or one with the same contract.",
    ),
    node: ImageReference.default(versions.images.official.node).describe(
      "The image on which the apps' image is built.",
    ),
    prometheus: ImageReference.default(versions.images.official.prometheus).describe(
      "The image of Prometheus.",
    ),
  },
  'write image references by name, such as {"kafka":"confluentinc/cp-kafka:7.9.2"}',
);

/** The parts of an image reference. */
export interface ImageParts {
  /** With its registry if it names one; Docker's official images are in `library/`. */
  readonly repository: string;
  /** Undefined means `latest`, unless there is a digest. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const dockerHub = /^(?:docker\.io\/|index\.docker\.io\/)?(?=[^/]+$)/;

/** Reads an image reference. */
export function parseImage(image: string): ImageParts {
  const [, name = "", tag, digest] = /^(.+?)(?::(\w[\w.-]*))?(?:@(sha256:\w+))?$/.exec(image) ?? [];
  return { repository: name.replace(dockerHub, "library/"), tag, digest };
}

/** A version of Apache Kafka. */
export interface KafkaVersion {
  readonly major: number;
  readonly minor: number;
}

/** Kafka's major version by Confluent Platform's; the minor versions are the same: 7.9 is Kafka 3.9, 8.0 is Kafka 4.0. */
const confluentMajors: Readonly<Record<number, number>> = { 7: 3, 8: 4 };

/**
 * The version of Kafka in an image. The tag of an image named `kafka` is Kafka's own version, the tag of `cp-kafka` and `cp-server` is that
 * of Confluent Platform.
 * @returns undefined for other names, for tags such as `latest`, and for digests
 */
export function kafkaVersion(image: string): KafkaVersion | undefined {
  const match = /(?:^|\/)(kafka|cp-kafka|cp-server):v?(\d+)\.(\d+)(?![\d])/.exec(image);
  if (match === null) return undefined;
  const [, name, major, minor] = match;
  const kafkaMajor = name === "kafka" ? Number(major) : confluentMajors[Number(major)];
  // A smaller number is the version of somebody's own image: this program never ran with Kafka 0 or 1.
  if (kafkaMajor === undefined || kafkaMajor < 2) return undefined;
  return { major: kafkaMajor, minor: Number(minor) };
}

/** Writes a version: `Kafka 3.9`. */
export function showKafkaVersion({ major, minor }: KafkaVersion): string {
  return `Kafka ${major}.${minor}`;
}
