import { z } from "zod";
import { topicNamePattern } from "../../contract/values/fields";

const topicNameRemedy =
  "write 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores";

/** What may be a topic. */
export const TopicName = z.string(topicNameRemedy).regex(topicNamePattern, topicNameRemedy);

/** The most characters of the name of a device, a sensor or a consumer. */
export const longestName = 100;

const containerNameRemedy =
  "write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

/**
 * What may be a device or a consumer: it becomes part of a container's name, for which Docker takes
 * `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, and a device's name is also its topic's.
 */
export const ContainerName = z
  .string(containerNameRemedy)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/, containerNameRemedy);

const sensorNameRemedy = "write 1 to 100 characters without slashes, control characters or outer spaces";

/** What may be a sensor: it becomes a message's key, where a slash separates it from the device's name. */
export const SensorName = z
  .string(sensorNameRemedy)
  .max(100, sensorNameRemedy)
  .regex(/^(?!\s)[^/\p{C}]+(?<!\s)$/u, sensorNameRemedy);

/**
 * What may be an image: `[registry[:port]/]path[:tag][@digest]`, as Docker's reference grammar has it
 * (distribution/reference).
 */
const imageRemedy = "write an image reference such as confluentinc/cp-kafka:7.9.2";
export const ImageReference = z
  .string(imageRemedy)
  .regex(
    /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    imageRemedy,
  );
