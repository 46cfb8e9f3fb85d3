import { describe, expect, it } from "vitest";
import type { PortKey } from "../../../model/spec";
import { problemsOf, withVolumesOf } from "../../../testing/machine";
import type { PortSurvey } from "./ports";

const gigabytes = (count: number) => ({
  engine: { version: "28.1", memoryBytes: count * 2 ** 30, processors: 2 },
});
const ports = (survey: PortSurvey, key: PortKey = "hostPort") => new Map([[key, survey]]);
const partitions = (...counts: readonly number[]) => ({
  topics: counts.map((count, index) => ({ name: `device-${index + 1}`, partitions: count })),
});

it("there are no problems with a machine that has everything", () => {
  expect(problemsOf({})).toEqual([]);
});

it("an engine that does not answer is the only problem", () => {
  expect(problemsOf({}, { unreachable: "Cannot connect" })).toEqual([
    'Docker engine: found "Cannot connect"; start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` reports what is missing',
  ]);
});

it("all problems are reported at once", () => {
  const machine = {
    ...gigabytes(4),
    ...withVolumesOf("broker-1", "zookeeper-1"),
    ...partitions(2),
    images: new Map([["kafka", "no such host"]]),
    ports: ports({ taken: [9_092], held: [], freeFirst: 19_092 }),
  };
  const raw = { coordination: "kraft", kafka: { heap: "16GB" } };
  expect(problemsOf(raw, machine).map((problem) => problem.replace(/:.*/, ""))).toEqual([
    "images.kafka",
    "hostPort",
    "kafka.heap",
    "partitions",
    "coordination",
  ]);
});

it("keys that could not be read cause no problems", () => {
  const raw = { brokers: "x", kafka: 1, partitions: 0, coordination: "raft", images: 1, hostPort: "y" };
  const machine = {
    ...gigabytes(1),
    ...withVolumesOf("broker-1"),
    ...partitions(2),
    images: new Map([["kafka", "no such host"]]),
    ports: ports({ taken: [9_092], held: [], freeFirst: 19_092 }),
  };
  expect(problemsOf(raw, machine)).toEqual([]);
});

describe("images", () => {
  it("images must be on the engine or at a registry", () => {
    const images = { kafka: "example/kafka:3.9.0" };
    expect(problemsOf({ images }, { images: new Map([["kafka", "no such host"]]) })).toEqual([
      'images.kafka: found "example/kafka:3.9.0"; name an image that can be had (npx pulumi config set --path images.kafka REFERENCE), or run npm start, which makes local ones; the engine does not have it, and its registry says: no such host',
    ]);
  });
});

describe("host ports", () => {
  it.each([
    [
      1,
      [9_092],
      19_092,
      "another program listens at port 9092 of 127.0.0.1, and broker 1 needs it; end it, or choose another: npx pulumi config set hostPort 19092",
    ],
    [
      3,
      [9_092, 9_094],
      undefined,
      "another program listens at ports 9092, 9094 of 127.0.0.1, and the brokers need 9092 to 9094; end it, or choose another",
    ],
  ])("taken ports of %d brokers are one problem", (brokers, taken, freeFirst, remedy) => {
    expect(problemsOf({ brokers }, { ports: ports({ taken, held: [], freeFirst }) })).toEqual([
      `hostPort: found 9092; ${remedy}`,
    ]);
  });

  it("a port does not pass from one broker to another", () => {
    const held = [2, 3].map((id) => ({ port: 9_091 + id, container: `kafka-iot-sim-dev-broker-${id}` }));
    expect(
      problemsOf({ brokers: 3, hostPort: 9_093 }, { ports: ports({ taken: [], held, freeFirst: 19_092 }) }),
    ).toEqual([
      "hostPort: found 9093; kafka-iot-sim-dev-broker-2 of this stack has port 9093, which another of its brokers would need before it is free: choose another: npx pulumi config set hostPort 19092",
    ]);
  });

  it.each([
    ["dashboardPort", "dashboard", 8_080, "the dashboard"],
    ["prometheusPort", "prometheus", 9_090, "Prometheus"],
  ] as const)("a taken %s is a problem likewise", (key, type, port, who) => {
    const consumers = [{ type }];
    expect(
      problemsOf({ consumers }, { ports: ports({ taken: [port], held: [], freeFirst: 18_080 }, key) }),
    ).toEqual([
      `${key}: found ${port}; another program listens at port ${port} of 127.0.0.1, and ${who} needs it; end it, or choose another: npx pulumi config set ${key} 18080`,
    ]);
    const held = [{ port, container: "kafka-iot-sim-dev-old" }];
    expect(
      problemsOf({ consumers }, { ports: ports({ taken: [], held, freeFirst: undefined }, key) }),
    ).toEqual([
      `${key}: found ${port}; kafka-iot-sim-dev-old of this stack has port ${port}, which ${who} would need before it is free: choose another`,
    ]);
    expect(
      problemsOf({ consumers: [] }, { ports: ports({ taken: [port], held, freeFirst: 18_080 }, key) }),
    ).toEqual([]);
  });

  it("ports of another machine are not checked here", () => {
    expect(problemsOf({}, { ports: undefined })).toEqual([]);
  });
});

describe("memory", () => {
  it("memory must be enough for all containers", () => {
    expect(problemsOf({ brokers: 3, devices: 100 }, gigabytes(8))).toEqual([
      'Docker engine: found "8.0 GB of memory"; the plan needs about 8.9 GB: 100 devices 4.9 GB, 3 brokers 1.6 GB, 3 consumers 0.4 GB, 1 zookeeper 0.1 GB, and the engine the rest; lower devices, or give the engine more memory',
    ]);
    expect(problemsOf({ brokers: 3, devices: 100 }, gigabytes(9))).toEqual([]);
  });

  it("the remedy names the heap if brokers need the most", () => {
    expect(problemsOf({ brokers: 3, kafka: { heap: "2GB" } }, gigabytes(6))).toEqual([
      'Docker engine: found "6.0 GB of memory"; the plan needs about 7.6 GB: 3 brokers 6.4 GB, 3 consumers 0.4 GB, 3 devices 0.1 GB, 1 zookeeper 0.1 GB, and the engine the rest; lower kafka.heap or brokers, or give the engine more memory',
    ]);
  });

  it("memory must be more than the heap of one broker", () => {
    expect(problemsOf({ brokers: 3, kafka: { heap: "16GB" } }, gigabytes(8))).toEqual([
      'kafka.heap: found "16384MB"; lower it: the engine\'s machine has 8.0 GB of memory, for this heap, what else a broker needs, and all other containers',
    ]);
  });

  it("memory is not checked if the engine does not report it", () => {
    expect(problemsOf({ kafka: { heap: "64GB" } }, gigabytes(0))).toEqual([]);
  });
});

describe("partitions", () => {
  it.each([
    ["as many", 2, [2, 2]],
    ["more", 3, [2, 2]],
    ["fewer in a topic that no device has any more", 2, [2, 2, 2, 4]],
  ])("their number may be %s", (_how, count, existing) => {
    expect(problemsOf({ partitions: count }, partitions(...existing))).toEqual([]);
  });

  it.each([
    [[4, 4, 4], "topics of this stack have 4"],
    [[1, 4, 2], 'topic "device-2" has 4'],
    [[3, 4, 2], '2 topics of this stack, "device-1" among them, have up to 4'],
  ])("their number cannot become 2 if topics have %j", (existing, which) => {
    expect(problemsOf({ partitions: 2 }, partitions(...existing))).toEqual([
      `partitions: found 2; ${which} and Kafka cannot take partitions away: set it back to 4 (npx pulumi config set partitions 4), or npm run down first`,
    ]);
  });
});
