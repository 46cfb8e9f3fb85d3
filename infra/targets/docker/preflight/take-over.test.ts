import { beforeEach, describe, expect, it, vi } from "vitest";
import { planOf } from "../../../testing/plan";
import { plannedVolumes } from "../names";
import type { EngineObject } from "./engine";
import { emptyState, type PulumiState } from "./state";
import { takeOver } from "./take-over";

let calls: unknown[][] = [];
let variable: string | undefined;

vi.mock("./engine", () => {
  const record =
    (name: string, answer?: () => unknown) =>
    (...parameters: unknown[]) => {
      calls.push([name, ...parameters]);
      return Promise.resolve(answer?.());
    };
  return {
    stopAndRemove: record("stopAndRemove"),
    removeNetworks: record("removeNetworks"),
    createVolume: record("createVolume"),
    runOn: record("runOn"),
    variableOf: record("variableOf", () => variable),
    fileOfVolume: record("fileOfVolume", () => "version=1\ncluster.id=of-the-volume\nnode.id=1\n"),
  };
});

beforeEach(() => {
  calls = [];
  variable = undefined;
});

const mine = "state-1111111111111111";
const theirs = "state-2222222222222222";
const object = (kind: EngineObject["kind"], what: string, mark: string): EngineObject => {
  const name = `kafka-iot-sim-dev-${what}`;
  return { kind, id: kind === "volume" ? name : `id-of-${what}`, name, stack: "dev", mark };
};
const volumesOf = (raw: Record<string, unknown>, mark: string) =>
  plannedVolumes(planOf(raw)).map((name) => object("volume", name.slice("kafka-iot-sim-dev-".length), mark));
const state = (given: Partial<PulumiState> = {}): PulumiState => ({ ...emptyState, id: mine, ...given });
const did = (name: string) => calls.filter(([call]) => call === name).map(([, ...parameters]) => parameters);

it("a stack stays unchanged if the state knows all of it", async () => {
  const network = object("network", "network", mine);
  const objects = [object("container", "broker-1", mine), network, ...volumesOf({}, mine)];
  const known = state({ containers: new Set(["id-of-broker-1"]), networks: new Set([network.id]) });
  expect(await takeOver(planOf({}), { objects, state: known }, [])).toEqual({
    clusterId: undefined,
    removed: new Set(),
  });
  expect([did("stopAndRemove"), did("removeNetworks"), did("runOn")]).toEqual([
    [
      [[], 30],
      [[], 30],
    ],
    [[[]]],
    [],
  ]);
});

it("leftovers of a killed update are removed: ZooKeeper after the brokers, then the network, and no volume", async () => {
  const objects = [
    object("container", "zookeeper-1", mine),
    object("container", "broker-1", mine),
    object("network", "network", mine),
    ...volumesOf({}, mine),
  ];
  const { removed } = await takeOver(planOf({}), { objects, state: state() }, []);
  expect(removed).toEqual(new Set(["kafka-iot-sim-dev-zookeeper-1", "kafka-iot-sim-dev-broker-1"]));
  expect(calls).toEqual([
    ["stopAndRemove", ["id-of-broker-1"], 30],
    ["stopAndRemove", ["id-of-zookeeper-1"], 30],
    ["removeNetworks", ["id-of-network"]],
  ]);
});

describe("a KRaft cluster that is taken over", () => {
  const raw = { coordination: "kraft", brokers: 3 };
  const take = (objects: readonly EngineObject[]) =>
    takeOver(planOf(raw), { objects, state: state() }, [theirs]);

  it("keeps the id of its containers", async () => {
    variable = "of-the-container";
    const { clusterId } = await take([object("container", "broker-1", theirs), ...volumesOf(raw, theirs)]);
    expect(clusterId).toBe("of-the-container");
    expect(did("fileOfVolume")).toEqual([]);
  });

  it("keeps the id of its volumes if its containers are gone", async () => {
    const { clusterId } = await take(volumesOf(raw, theirs));
    expect(clusterId).toBe("of-the-volume");
    expect(did("fileOfVolume")).toEqual([
      ["kafka-iot-sim-dev-broker-1-data", "meta.properties", planOf(raw).images.kafka],
    ]);
  });

  it("has no id yet if it has no volumes", async () => {
    expect((await take([])).clusterId).toBeUndefined();
  });
});

it("the volume of a KRaft cluster's founder is formatted anew so that it joins the others", async () => {
  const raw = { coordination: "kraft", brokers: 3 };
  const plan = planOf(raw);
  const made = {
    coordination: "kraft",
    zookeepers: 0,
    controllers: 0,
    volumes: plannedVolumes(plan),
  } as const;
  const lost = "kafka-iot-sim-dev-broker-1-data";
  const objects = volumesOf(raw, mine).filter(({ name }) => name !== lost);
  await takeOver(plan, { objects, state: state({ made, clusterId: "the-id" }) }, []);
  expect(did("createVolume")).toEqual([
    [lost, { "kafka-iot-sim.stack": "dev", "kafka-iot-sim.state": mine }],
  ]);
  const [[volume, path, image, environment, command] = []] = did("runOn");
  expect([volume, path, image]).toEqual([lost, "/var/lib/kafka/data", plan.images.kafka]);
  expect(environment).toContain("CLUSTER_ID=the-id");
  expect(environment).toContain("KAFKA_NODE_ID=1");
  expect((command as string[]).at(-1)).toBe("--no-initial-controllers");
});
