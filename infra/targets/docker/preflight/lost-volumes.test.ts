import { describe, expect, it } from "vitest";
import type { Made } from "../../../preflight/existing-stack";
import { emptyMembersLast, founderThatJoins } from "../../../preflight/lost-volumes";
import { ampleMachine, problemsOf, withVolumesOf } from "../../../testing/machine";
import { planOf } from "../../../testing/plan";
import { plannedVolumes } from "../names";
import { machineWarnings } from "./problems";
import { emptyState } from "./state";
import { existingStack } from "./survey";

describe("volumes that are gone", () => {
  const zookeepers = ["zookeeper-1", "zookeeper-2", "zookeeper-3"];
  const named = (...whats: readonly string[]) => whats.map((what) => `kafka-iot-sim-dev-${what}`);
  const made = (raw: Record<string, unknown>): Made => {
    const plan = planOf(raw);
    const { coordination, zookeepers: members, controllers } = plan;
    return {
      coordination,
      zookeepers: members.length,
      controllers: controllers.length,
      volumes: plannedVolumes(plan),
    };
  };
  /** The findings about a stack that was brought up and has lost some of its volumes. */
  const without = (raw: Record<string, unknown>, ...lost: readonly string[]) => {
    const plan = planOf(raw);
    const state = { ...emptyState, id: "state-0123456789abcdef", made: made(raw) };
    const there = state.made.volumes.filter((name) => !named(...lost).includes(name));
    const survey = { ...ampleMachine, volumes: there, state };
    const existing = existingStack("dev", survey);
    return {
      problems: problemsOf(raw, survey),
      warnings: machineWarnings(plan, survey),
      last: [...emptyMembersLast(plan, existing.volumes, new Map())],
      joins: founderThatJoins(plan, existing)?.name,
    };
  };

  it("are a problem if the cluster cannot do without them, with what is lost and what can be done", () => {
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
  ])("of %s are a problem", (_whose, raw, lost, reason) => {
    const { problems } = without(raw, ...lost);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`volume ${named(...lost).join(", ")}: found "no such volume"; ${reason}`);
  });

  it("of one half of a ZooKeeper member are a problem, with the commands that repair it", () => {
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
  ] as const)("of %j: %s is made anew, with a warning", (raw, lost, loss) => {
    const { problems, warnings } = without(raw, lost);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `volume kafka-iot-sim-dev-${lost} is gone and is made anew, empty: ${loss}`,
    );
  });

  it("of one ZooKeeper member are made anew, after the members that have their data", () => {
    const { problems, warnings, last } = without({ zookeepers: 3 }, "zookeeper-2-data", "zookeeper-2-log");
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(2);
    expect(last).toEqual([["zookeeper-2", "unhealthy"]]);
  });

  it("of a KRaft cluster's founder make it join the others instead of beginning another cluster", () => {
    const kraft = (brokers: number, ...lost: readonly string[]) =>
      without({ coordination: "kraft", brokers }, ...lost).joins;
    expect(kraft(3, "broker-1-data")).toBe("broker-1");
    expect(kraft(4, "controller-1-data")).toBe("controller-1");
    expect([kraft(3), kraft(3, "broker-2-data"), kraft(1, "broker-1-data")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(kraft(3, "broker-1-data", "broker-2-data", "broker-3-data")).toBeUndefined();
    expect(without({ brokers: 3 }, "broker-1-data").joins).toBeUndefined();
  });

  it("mean a new cluster if all are gone", () => {
    const nodes = [...zookeepers.flatMap((each) => [`${each}-data`, `${each}-log`]), "broker-1-data"];
    const { problems, last, warnings } = without({ zookeepers: 3 }, ...nodes);
    expect([problems, last]).toEqual([[], []]);
    expect(warnings).toHaveLength(nodes.length);
    for (const warning of warnings)
      expect(warning).toMatch(
        /: (which topics there were is lost|messages that no other broker has are lost)/,
      );
  });

  it("of as many brokers as there are copies mean lost messages", () => {
    const { warnings } = without({ brokers: 4, replicationFactor: 2 }, "broker-2-data", "broker-3-data");
    expect(warnings.map((each) => each.includes("messages that no other broker has are lost"))).toEqual([
      true,
      true,
    ]);
  });

  it("are no problem before the stack was up for the first time, as after a killed `up`", () => {
    const state = { ...emptyState, id: "state-0123456789abcdef" };
    expect(problemsOf({}, { ...withVolumesOf("broker-1"), state })).toEqual([]);
    expect(
      problemsOf({ coordination: "kraft", brokers: 3 }, { ...withVolumesOf("broker-2"), state }),
    ).toEqual([]);
  });

  it("of stacks of earlier versions, which keep no list, are found as far as the other volumes show", () => {
    expect(problemsOf({}, withVolumesOf("broker-1"))[0]).toContain("ZooKeeper has lost its data");
    expect(problemsOf({ zookeepers: 3 }, withVolumesOf("broker-1", "zookeeper-1", "zookeeper-3"))).toEqual(
      [],
    );
    const [founder] = problemsOf(
      { coordination: "kraft", brokers: 3 },
      withVolumesOf("broker-2", "broker-3"),
    );
    expect(founder).toContain(
      'volume kafka-iot-sim-dev-broker-1-data: found "no such volume"; kafka-iot-sim-dev-broker-1 would begin another cluster',
    );
  });
});
