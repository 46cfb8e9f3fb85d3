import { expect, test } from "vitest";
import { imageChanges, isOwnImage, listedValue, rolesToProvide } from "./stack.mjs";
import { versions } from "./versions.mjs";

const { local, official } = versions.images;

test("a machine that pulls official images needs no config", () => {
  expect(imageChanges({}, {})).toEqual([]);
});

test("local images are named in the config", () => {
  expect(imageChanges({}, { kafka: local.kafka, node: local.node })).toEqual([
    { role: "kafka", image: local.kafka },
    { role: "node", image: local.node },
  ]);
});

test("what is right already is not touched", () => {
  expect(imageChanges({ kafka: local.kafka }, { kafka: local.kafka })).toEqual([]);
});

test("what the user has set stays", () => {
  expect(imageChanges({ kafka: "registry.example/kafka:1" }, { kafka: local.kafka })).toEqual([]);
  expect(imageChanges({ kafka: official.kafka }, { kafka: local.kafka })).toEqual([]);
});

test("what an older set-up has set follows the version, or goes where official images are at hand", () => {
  const configured = { kafka: "kafka-iot-sim/kafka:3.8.0", zookeeper: local.zookeeper };
  expect(imageChanges(configured, { kafka: local.kafka })).toEqual([
    { role: "kafka", image: local.kafka },
    { role: "zookeeper", image: undefined },
  ]);
});

test("only images that the user has not set himself have to be had", () => {
  expect(rolesToProvide({})).toEqual(["kafka", "zookeeper", "node"]);
  expect(rolesToProvide({ kafka: "registry.example/kafka:1", node: local.node })).toEqual([
    "zookeeper",
    "node",
  ]);
});

test("Prometheus' image has to be had where it is a consumer", () => {
  expect(rolesToProvide({}, ["lake", "prometheus"])).toEqual(["kafka", "zookeeper", "node", "prometheus"]);
  expect(rolesToProvide({ prometheus: "registry.example/prometheus:3" }, ["prometheus"])).toEqual([
    "kafka",
    "zookeeper",
    "node",
  ]);
});

test("a value is read however it was written into the config", () => {
  const consumers = [{ type: "prometheus" }];
  expect(listedValue({ objectValue: consumers })).toEqual(consumers);
  expect(listedValue({ value: JSON.stringify(consumers) })).toEqual(consumers);
  expect(listedValue({ value: "no JSON" })).toBeUndefined();
  expect(listedValue(undefined)).toBeUndefined();
});

test("another image whose name begins alike is not ours", () => {
  expect(isOwnImage("kafka", "kafka-iot-sim/kafka-fork:1")).toBe(false);
});
