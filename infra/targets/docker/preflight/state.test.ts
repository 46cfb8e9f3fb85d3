import { expect, it } from "vitest";
import type { StateResource } from "../../target";
import { emptyState, readExportedState, readState } from "./state";

const labels = [
  { label: "kafka-iot-sim.role", value: "lake" },
  { label: "kafka-iot-sim.stack", value: "dev" },
];
const made = { coordination: "kraft", zookeepers: 0, controllers: 0, volumes: ["v"] };
const resources: Record<string, StateResource> = {
  "urn:s::stack": { type: "pulumi:pulumi:Stack", outputs: {} },
  "urn:s::lake": { type: "docker:index/container:Container", outputs: { id: "c1", name: "c", labels } },
  "urn:s::network": { type: "docker:index/network:Network", outputs: { id: "n1", name: "n", labels } },
  "urn:s::lake-volume": { type: "docker:index/volume:Volume", outputs: { id: "v", name: "v", labels } },
  "urn:s::image": { type: "docker:index/remoteImage:RemoteImage", outputs: { id: "i1", name: "i" } },
  "urn:s::state-id": { type: "pulumi:index:Stash", outputs: { input: "state-1", output: "state-1" } },
  "urn:s::cluster-id": { type: "pulumi:index:Stash", outputs: { input: "an-id", output: "an-id" } },
  // What was kept first stays the output.
  "urn:s::made": { type: "pulumi:index:Stash", outputs: { input: made, output: {} } },
};
const expected = {
  id: "state-1",
  containers: new Set(["c1"]),
  networks: new Set(["n1"]),
  volumes: new Set(["v"]),
  images: new Set(["i"]),
  clusterId: "an-id",
  made,
  madeAs: ["dev"],
};

it("readState reads the state as Pulumi's engine gives it to a program", () => {
  expect(readState(new Map(Object.entries(resources)))).toEqual(expected);
});

it("readExportedState reads the same from an exported state", () => {
  const exported = {
    version: 3,
    deployment: { resources: Object.entries(resources).map(([urn, each]) => ({ urn, ...each })) },
  };
  expect(readExportedState(JSON.stringify(exported))).toEqual(expected);
});

it("readExportedState reads an empty state", () => {
  expect(readExportedState('{"version":3,"deployment":{}}')).toEqual(emptyState);
  expect([emptyState.id, emptyState.made, emptyState.madeAs]).toEqual([undefined, undefined, []]);
});
