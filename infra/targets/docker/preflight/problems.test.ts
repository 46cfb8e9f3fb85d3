import { describe, expect, it } from "vitest";
import { showProblem } from "../../../../contract/problems";
import { readStackConfig } from "../../../config/parse";
import { noFiles } from "../../../testing/config";
import type { PortKey } from "../../../model/spec";
import { plannedVolumes } from "../../../plan/planned-names";
import { planStack } from "../../../plan/stack";
import type { PortSurvey } from "./host-ports";
import { lostVolumes } from "../../../preflight/lost-volumes";
import { emptyMembersLast, founderThatJoins } from "../../../preflight/coordination";
import { machineProblems } from "./problems";
import { emptyState, type Made } from "./state";
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
  volumes: [
    ...whats.map((what) => `kafka-iot-sim-dev-${what}-data`),
    ...whats.filter((what) => what.startsWith("zookeeper")).map((what) => `kafka-iot-sim-dev-${what}-log`),
    "kafka-iot-sim-dev-lake",
  ],
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
      { ...volumes("broker-1"), state: { ...emptyState, clusterId: "an-id" } },
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
  ])("%j is refused", (raw, there, problem) => {
    expect(problemsOf(raw, there)).toEqual([problem]);
  });
});

describe("volumes that are gone", () => {
  const zookeepers = ["zookeeper-1", "zookeeper-2", "zookeeper-3"];
  const named = (...whats: readonly string[]) => whats.map((what) => `kafka-iot-sim-dev-${what}`);
  const made = (raw: Record<string, unknown>): Made => {
    const plan = planStack(readStackConfig("dev", raw, noFiles).spec);
    const { coordination, zookeepers: members, controllers } = plan;
    return {
      coordination,
      zookeepers: members.length,
      controllers: controllers.length,
      volumes: plannedVolumes(plan),
    };
  };
  /** What is told of a stack that was brought up and has lost some of its volumes. */
  const without = (raw: Record<string, unknown>, ...lost: readonly string[]) => {
    const config = readStackConfig("dev", raw, noFiles);
    const plan = planStack(config.spec);
    const state = { ...emptyState, id: "state-0123456789abcdef", made: made(raw) };
    const there = state.made.volumes.filter((name) => !named(...lost).includes(name));
    const survey = { ...ampleMachine, volumes: there, state };
    return {
      problems: machineProblems(plan, config, survey).map(showProblem),
      warnings: lostVolumes(plan, survey),
      last: [...emptyMembersLast(plan, there, new Map())],
      joins: founderThatJoins(plan, survey)?.container,
    };
  };

  it("are named, with what is lost and what can be done, where a cluster cannot do without them", () => {
    expect(without({}, "zookeeper-1-data", "zookeeper-1-log").problems).toEqual([
      'volume kafka-iot-sim-dev-zookeeper-1-data, kafka-iot-sim-dev-zookeeper-1-log: found "no such volume"; ' +
        "ZooKeeper has lost its data, and with it which topics there are: the brokers' volumes cannot be read without it. " +
        "If you have a copy, restore it (docker volume create --label kafka-iot-sim.stack=dev --label kafka-iot-sim.state=state-0123456789abcdef kafka-iot-sim-dev-zookeeper-1-data, then copy the data into it). " +
        "Or begin a new cluster, which loses the messages that are not in the table and keeps the table: " +
        "docker rm -f kafka-iot-sim-dev-zookeeper-1 kafka-iot-sim-dev-broker-1; docker volume rm kafka-iot-sim-dev-broker-1-data; " +
        "npx pulumi config set --path lake.onLostOffsets new-incarnation; npx pulumi up. " +
        "Or npm run down first, which deletes the table, too",
    ]);
  });

  it.each([
    [
      "the majority of ZooKeeper's members",
      { zookeepers: 3 },
      ["zookeeper-1-data", "zookeeper-2-log"],
      "the majority of ZooKeeper's members has lost its data",
    ],
    [
      "the only controller",
      { coordination: "kraft", brokers: 2 },
      ["broker-1-data"],
      "the only controller has lost the cluster's metadata",
    ],
    [
      "two controllers of three",
      { coordination: "kraft", brokers: 4 },
      ["controller-2-data", "controller-3-data"],
      "the majority of the controllers has lost the cluster's metadata",
    ],
    [
      "two brokers of three that are controllers",
      { coordination: "kraft", brokers: 3 },
      ["broker-2-data", "broker-3-data"],
      "the majority of the controllers has lost the cluster's metadata",
    ],
  ])("are refused of %s", (_whose, raw, lost, reason) => {
    const { problems } = without(raw, ...lost);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`volume ${named(...lost).join(", ")}: found "no such volume"; ${reason}`);
  });

  it("are refused where one half of a member of ZooKeeper is gone, which the others can give it", () => {
    expect(without({ zookeepers: 3 }, "zookeeper-2-log").problems).toEqual([
      'volume kafka-iot-sim-dev-zookeeper-2-log: found "no such volume"; kafka-iot-sim-dev-zookeeper-2 cannot use one half of its data without the other. ' +
        "Its other members have all of it, and give it a copy: docker rm -f kafka-iot-sim-dev-zookeeper-2; docker volume rm kafka-iot-sim-dev-zookeeper-2-data; npx pulumi up",
    ]);
  });

  it.each([
    [{}, "lake", "the table is lost; the lake makes it again of all messages that the topics still have"],
    [{}, "broker-1-data", "messages that no other broker has are lost; what the table has stays there, and"],
    [{ brokers: 3, replicationFactor: 1 }, "broker-2-data", "messages that no other broker has are lost;"],
    [{ brokers: 3 }, "broker-2-data", "its broker copies the messages from the others"],
    [{ brokers: 3, coordination: "kraft" }, "broker-3-data", "its broker copies the messages"],
    [{ brokers: 3, coordination: "kraft" }, "broker-1-data", "its broker copies the messages"],
    [
      { brokers: 4, coordination: "kraft" },
      "controller-1-data",
      "its controller gets the cluster's metadata",
    ],
    [
      { brokers: 4, coordination: "kraft" },
      "controller-2-data",
      "its controller gets the cluster's metadata",
    ],
    [{ consumers: [{ type: "prometheus" }] }, "prometheus-metrics", "Prometheus' metrics are lost"],
  ] as const)("of %j: %s is made anew with a warning", (raw, lost, loss) => {
    const { problems, warnings } = without(raw, lost);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `volume kafka-iot-sim-dev-${lost} is gone and is made anew, empty: ${loss}`,
    );
  });

  it("of one member of ZooKeeper are made anew, after the members that have their data", () => {
    const { problems, warnings, last } = without({ zookeepers: 3 }, "zookeeper-2-data", "zookeeper-2-log");
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(2);
    expect(last).toEqual([["kafka-iot-sim-dev-zookeeper-2", "ailing"]]);
  });

  it("of the node that began a KRaft cluster do not have it begin another one beside the others", () => {
    const kraft = (brokers: number, ...lost: readonly string[]) =>
      without({ coordination: "kraft", brokers }, ...lost).joins;
    expect(kraft(3, "broker-1-data")).toBe("kafka-iot-sim-dev-broker-1");
    expect(kraft(4, "controller-1-data")).toBe("kafka-iot-sim-dev-controller-1");
    expect([kraft(3), kraft(3, "broker-2-data"), kraft(1, "broker-1-data")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(kraft(3, "broker-1-data", "broker-2-data", "broker-3-data")).toBeUndefined();
    expect(without({ brokers: 3 }, "broker-1-data").joins).toBeUndefined();
  });

  it("all of them, are a new cluster", () => {
    const nodes = [...zookeepers.flatMap((each) => [`${each}-data`, `${each}-log`]), "broker-1-data"];
    const { problems, last, warnings } = without({ zookeepers: 3 }, ...nodes);
    expect([problems, last]).toEqual([[], []]);
    expect(warnings).toHaveLength(nodes.length);
    for (const warning of warnings)
      expect(warning).toMatch(
        /: (which topics there were is lost|messages that no other broker has are lost)/,
      );
  });

  it("of as many brokers as there are copies are told as lost", () => {
    const { warnings } = without({ brokers: 4, replicationFactor: 2 }, "broker-2-data", "broker-3-data");
    expect(warnings.map((each) => each.includes("messages that no other broker has are lost"))).toEqual([
      true,
      true,
    ]);
  });

  it("are not missed before the stack was up for the first time, as after an `up` that was killed", () => {
    const state = { ...emptyState, id: "state-0123456789abcdef" };
    expect(problemsOf({}, { ...volumes("broker-1"), state })).toEqual([]);
    expect(problemsOf({ coordination: "kraft", brokers: 3 }, { ...volumes("broker-2"), state })).toEqual([]);
  });

  it("are told of stacks of earlier versions, which keep no list, as far as their other volumes tell", () => {
    expect(problemsOf({}, volumes("broker-1"))[0]).toContain("ZooKeeper has lost its data");
    expect(problemsOf({ zookeepers: 3 }, volumes("broker-1", "zookeeper-1", "zookeeper-3"))).toEqual([]);
    const [founder] = problemsOf({ coordination: "kraft", brokers: 3 }, volumes("broker-2", "broker-3"));
    expect(founder).toContain(
      'volume kafka-iot-sim-dev-broker-1-data: found "no such volume"; kafka-iot-sim-dev-broker-1 would begin another cluster',
    );
  });
});
