import { expect, it } from "vitest";
import { kafkaVersion, parseImage } from "./images";

const digest = `sha256:${"0".repeat(64)}`;

it.each([
  ["zookeeper", { repository: "library/zookeeper" }],
  ["docker.io/zookeeper:3.9", { repository: "library/zookeeper", tag: "3.9" }],
  ["bitnami/kafka:latest", { repository: "bitnami/kafka", tag: "latest" }],
  ["registry.example:5000/kafka", { repository: "registry.example:5000/kafka" }],
  ["localhost:5000/a/b:1.0-x", { repository: "localhost:5000/a/b", tag: "1.0-x" }],
  [`a/b@${digest}`, { repository: "a/b", digest }],
  [`a/b:1@${digest}`, { repository: "a/b", tag: "1", digest }],
])("parseImage finds the parts of %s", (image, parts) => {
  expect(parseImage(image)).toEqual({ tag: undefined, digest: undefined, ...parts });
});

it.each([
  ["confluentinc/cp-kafka:7.9.2", { major: 3, minor: 9 }],
  ["confluentinc/cp-kafka:8.1.0-1-ubi9", { major: 4, minor: 1 }],
  ["registry.example:5000/mirror/cp-server:7.0.1", { major: 3, minor: 0 }],
  ["kafka-iot-sim/kafka:3.9.2", { major: 3, minor: 9 }],
  ["kafka:4.10", { major: 4, minor: 10 }],
  [`apache/kafka:4.0.0@sha256:${"0".repeat(64)}`, { major: 4, minor: 0 }],
])("kafkaVersion finds the version of %s: %j", (image, version) => {
  expect(kafkaVersion(image)).toEqual(version);
});

it.each([
  "confluentinc/cp-kafka:latest",
  "confluentinc/cp-kafka:6.2.1",
  "confluentinc/cp-kafka",
  "confluentinc/cp-kafka-connect:8.0.0",
  "mine/my-kafka:4.0.0",
  "mine/kafka:1.2.0",
  `mine/kafka@sha256:${"4".repeat(64)}`,
])("kafkaVersion finds no version in %s", (image) => {
  expect(kafkaVersion(image)).toBeUndefined();
});
