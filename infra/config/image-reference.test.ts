import { expect, it } from "vitest";
import { parseImage } from "./image-reference";

const digest = `sha256:${"0".repeat(64)}`;

it.each([
  ["zookeeper", { repository: "library/zookeeper" }],
  ["docker.io/zookeeper:3.9", { repository: "library/zookeeper", tag: "3.9" }],
  ["bitnami/kafka:latest", { repository: "bitnami/kafka", tag: "latest" }],
  ["registry.example:5000/kafka", { repository: "registry.example:5000/kafka" }],
  ["localhost:5000/a/b:1.0-x", { repository: "localhost:5000/a/b", tag: "1.0-x" }],
  [`a/b@${digest}`, { repository: "a/b", digest }],
  [`a/b:1@${digest}`, { repository: "a/b", tag: "1", digest }],
])("%s is made of its parts", (image, parts) => {
  expect(parseImage(image)).toEqual({ tag: undefined, digest: undefined, ...parts });
});
