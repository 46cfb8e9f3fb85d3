import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./setup/environment.mjs";
import { compareVersions, versions } from "./setup/versions.mjs";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const packageJson = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };

test("package.json asks for the SDK versions that set-up has plugins for", () => {
  expect(packageJson.dependencies["@pulumi/docker"]).toBe(versions.pulumi.dockerProvider);
  expect(packageJson.dependencies["@pulumi/pulumi"]).toBe(versions.pulumi.sdk);
});

test("the CLI's go.mod builds the pinned version", () => {
  expect(read("tools/setup/fallback/pulumi-cli/go.mod")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${versions.pulumi.cli}\n`,
  );
});

test("Kafka's jars are the pinned version's", () => {
  const jars = Object.keys(
    JSON.parse(read("tools/setup/fallback/kafka-jars/jars.json")) as Record<string, string>,
  );
  expect(jars).toContain(`org/apache/kafka/kafka_2.13/${versions.kafka}/kafka_2.13-${versions.kafka}.jar`);
  expect(read("tools/setup/fallback/kafka-jars/pom.xml")).toContain(`<version>${versions.kafka}</version>`);
});

test("Spark's jars are for the pinned PySpark", () => {
  const jars = Object.keys(JSON.parse(read("tools/setup/spark-jars/jars.json")) as Record<string, string>);
  const version = versions.spark.packages["pyspark"]?.version;
  expect(jars).toContain(
    `org/apache/spark/spark-sql-kafka-0-10_2.12/${version}/spark-sql-kafka-0-10_2.12-${version}.jar`,
  );
});

test("local images carry the versions that are in them", () => {
  expect(versions.images.local).toEqual({
    kafka: `kafka-iot-sim/kafka:${versions.kafka}`,
    zookeeper: `kafka-iot-sim/zookeeper:${versions.kafka}`,
    node: `kafka-iot-sim/node:${versions.node.version}`,
    // That of Debian's package.
    prometheus: expect.stringMatching(/^kafka-iot-sim\/prometheus:\d+\.\d+\.\d+$/) as string,
  });
});

test.each([
  ["1.21.0", "go1.9.7", 1],
  ["3.9", "3.9.0", 0],
  ["v20.20.2", "22", -1],
  ["go1.26.8", "1.26.10", -1],
])("%s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test("the lock has the packages of every platform: npm ci fails without those that the registry lacks", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});
