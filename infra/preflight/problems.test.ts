import { describe, expect, it } from "vitest";
import { showProblem } from "../../apps/shared/contract/problems";
import { readStackConfig } from "../config/parse";
import { noFiles } from "../config/testing/surroundings";
import type { PortKey } from "../plan/published-ports";
import { planStack } from "../plan/stack";
import type { PortSurvey } from "./host-ports";
import { machineProblems } from "./problems";
import type { Survey } from "./survey";
import { ampleMachine } from "./testing/ample-machine";

function problemsOf(raw: Record<string, unknown>, machine: Partial<Survey> = {}): string[] {
  const config = readStackConfig("dev", raw, noFiles);
  return machineProblems(planStack(config.spec), config, { ...ampleMachine, ...machine }).map(showProblem);
}

const gigabytes = (count: number) => ({
  engine: { version: "28.1", memoryBytes: count * 2 ** 30, processors: 2 },
});
const volumes = (...whats: readonly string[]) => ({
  volumes: [...whats.map((what) => `kafka-iot-sim-dev-${what}-data`), "kafka-iot-sim-dev-lake"],
});
const ports = (survey: PortSurvey, key: PortKey = "hostPort") => new Map([[key, survey]]);
const partitions = (...counts: readonly number[]) => ({
  topics: counts.map((count, index) => ({ name: `device-${index + 1}`, partitions: count })),
});

it("says nothing of a machine that has it all", () => {
  expect(problemsOf({})).toEqual([]);
});

it("says only that no engine answers", () => {
  const config = readStackConfig("dev", {}, noFiles);
  expect(
    machineProblems(planStack(config.spec), config, { unreachable: "Cannot connect" }).map(showProblem),
  ).toEqual([
    'Docker engine: found "Cannot connect"; start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` tells what is missing',
  ]);
});

it("tells of everything at once", () => {
  const machine = {
    ...gigabytes(4),
    ...volumes("broker-1", "zookeeper-1"),
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

it("says nothing of what keys that could not be read would have decided", () => {
  const raw = { brokers: "x", kafka: 1, partitions: 0, coordination: "raft", images: 1, hostPort: "y" };
  const machine = {
    ...gigabytes(1),
    ...volumes("broker-1"),
    ...partitions(2),
    images: new Map([["kafka", "no such host"]]),
    ports: ports({ taken: [9_092], held: [], freeFirst: 19_092 }),
  };
  expect(problemsOf(raw, machine)).toEqual([]);
});

describe("images", () => {
  it("must be there, or at a registry", () => {
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
  ])("of %d brokers are told in one message", (brokers, taken, freeFirst, remedy) => {
    expect(problemsOf({ brokers }, { ports: ports({ taken, held: [], freeFirst }) })).toEqual([
      `hostPort: found 9092; ${remedy}`,
    ]);
  });

  it("are not passed on from one broker to another", () => {
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
  ] as const)("at %s are told likewise", (key, type, port, who) => {
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

  it("of another machine are not known here", () => {
    expect(problemsOf({}, { ports: undefined })).toEqual([]);
  });
});

describe("memory", () => {
  it("must be enough for all containers", () => {
    expect(problemsOf({ brokers: 3, devices: 100 }, gigabytes(8))).toEqual([
      'Docker engine: found "8.0 GB of memory"; the plan needs about 8.9 GB: 100 devices 4.9 GB, 3 brokers 1.6 GB, 3 consumers 0.4 GB, 1 zookeeper 0.1 GB, and the engine the rest; lower devices, or give the engine more memory',
    ]);
    expect(problemsOf({ brokers: 3, devices: 100 }, gigabytes(9))).toEqual([]);
  });

  it("names the heap where brokers need most", () => {
    expect(problemsOf({ brokers: 3, kafka: { heap: "2GB" } }, gigabytes(6))).toEqual([
      'Docker engine: found "6.0 GB of memory"; the plan needs about 7.6 GB: 3 brokers 6.4 GB, 3 consumers 0.4 GB, 3 devices 0.1 GB, 1 zookeeper 0.1 GB, and the engine the rest; lower kafka.heap or brokers, or give the engine more memory',
    ]);
  });

  it("must be more than the heap of one broker", () => {
    expect(problemsOf({ brokers: 3, kafka: { heap: "16GB" } }, gigabytes(8))).toEqual([
      'kafka.heap: found "16384MB"; lower it: the engine\'s machine has 8.0 GB of memory, for this heap, what else a broker needs, and all other containers',
    ]);
  });

  it("is not judged where the engine does not say", () => {
    expect(problemsOf({ kafka: { heap: "64GB" } }, gigabytes(0))).toEqual([]);
  });
});

describe("partitions", () => {
  it.each([
    ["as many", 2, [2, 2]],
    ["more", 3, [2, 2]],
    ["fewer in a topic that no device has any more", 2, [2, 2, 2, 4]],
  ])("may be %s", (_how, count, existing) => {
    expect(problemsOf({ partitions: count }, partitions(...existing))).toEqual([]);
  });

  it.each([
    [[4, 4, 4], "topics of this stack have 4"],
    [[1, 4, 2], 'topic "device-2" has 4'],
    [[3, 4, 2], '2 topics of this stack, "device-1" among them, have up to 4'],
  ])("cannot become 2 where topics have %j", (existing, which) => {
    expect(problemsOf({ partitions: 2 }, partitions(...existing))).toEqual([
      `partitions: found 2; ${which} and Kafka cannot take partitions away: set it back to 4 (npx pulumi config set partitions 4), or npm run down first`,
    ]);
  });
});

describe("coordination", () => {
  const three = ["broker-1", "broker-2", "broker-3"];

  it.each([
    ["of a new stack", { coordination: "kraft" }, volumes()],
    ["of another stack", { coordination: "kraft" }, { volumes: ["kafka-iot-sim-dev-2-zookeeper-1-data"] }],
    ["as it was", { zookeepers: 3 }, volumes("broker-1", "zookeeper-1", "zookeeper-2", "zookeeper-3")],
    ["with more brokers", { brokers: 5 }, volumes("broker-1", "zookeeper-1")],
    ["with more combined brokers", { coordination: "kraft", brokers: 3 }, volumes("broker-1")],
    [
      "with fewer brokers",
      { coordination: "kraft", brokers: 4 },
      volumes(...three, "broker-4", "broker-5", "controller-1", "controller-2", "controller-3"),
    ],
    [
      "with a device that is called like a broker's volume",
      { devices: [{ name: "broker-x" }] },
      volumes("broker-1", "zookeeper-1", "zookeeper-1-old"),
    ],
  ])("%s is right", (_which, raw, there) => {
    expect(problemsOf(raw, there)).toEqual([]);
  });

  it.each([
    [
      { coordination: "kraft" },
      volumes("broker-1", "zookeeper-1"),
      'coordination: found "kraft"; this stack was made with ZooKeeper, which holds what its brokers know: set it back to zookeeper, or npm run down first (pulumi destroy), which takes the stack\'s data with it',
    ],
    [
      {},
      volumes("broker-1"),
      'coordination: found "zookeeper"; this stack was made with KRaft, in which brokers hold what they know: set it back to kraft, or npm run down first (pulumi destroy), which takes the stack\'s data with it',
    ],
    [
      { zookeepers: 3 },
      volumes("broker-1", "zookeeper-1"),
      "zookeepers: found 3; set it back to 1, which the stack has; another size needs a new stack: npm run down first",
    ],
    [
      { coordination: "kraft", brokers: 4 },
      volumes(...three),
      "brokers: found 4; this stack was made with brokers that are the controllers too, of which there are at most 3: set it to at most 3, or npm run down first",
    ],
    [
      { coordination: "kraft", brokers: 3 },
      volumes(...three, "broker-4", "controller-1", "controller-2", "controller-3"),
      "brokers: found 3; this stack was made with controllers of their own, which a cluster of at most 3 brokers does not have: set it to 4 or more, or npm run down first",
    ],
    [
      { coordination: "kraft", brokers: 3 },
      volumes("broker-2", "broker-3"),
      'volume kafka-iot-sim-dev-broker-1-data: found "no such volume"; restore it: without it kafka-iot-sim-dev-broker-1 would begin a new cluster beside the nodes that this stack has; or npm run down first',
    ],
    [
      { coordination: "kraft", brokers: 4 },
      volumes("broker-1", "controller-2", "controller-3"),
      'volume kafka-iot-sim-dev-controller-1-data: found "no such volume"; restore it: without it kafka-iot-sim-dev-controller-1 would begin a new cluster beside the nodes that this stack has; or npm run down first',
    ],
  ])("%j is refused", (raw, there, problem) => {
    expect(problemsOf(raw, there)).toEqual([problem]);
  });
});
