import { describe, expect, it } from "vitest";
import { showProblem } from "../../../../contract/problems";
import type { EngineObject } from "./engine";
import { ownership, type Ownership, ownershipProblems } from "./ownership";
import { emptyState, type PulumiState } from "./state";

const mine = "state-1111111111111111";
const theirs = "state-2222222222222222";

function object(kind: EngineObject["kind"], what: string, given: Partial<EngineObject> = {}): EngineObject {
  const name = `kafka-iot-sim-dev-${what}`;
  return {
    kind,
    id: kind === "volume" ? name : `id-of-${what}`,
    name,
    stack: "dev",
    mark: undefined,
    ...given,
  };
}

function state(known: readonly EngineObject[] = [], given: Partial<PulumiState> = {}): PulumiState {
  const those = (kind: EngineObject["kind"]) => known.filter((each) => each.kind === kind);
  return {
    ...emptyState,
    id: mine,
    containers: new Set(those("container").map(({ id }) => id)),
    networks: new Set(those("network").map(({ id }) => id)),
    volumes: new Set(those("volume").map(({ name }) => name)),
    images: new Set(those("image").map(({ name }) => name)),
    ...given,
  };
}

/** A whole stack with a mark, or of an earlier version, which has none. */
function stackOf(mark: string | undefined): EngineObject[] {
  return [
    object("container", "broker-1", { mark, id: `broker-of-${mark}` }),
    object("network", "network", { mark, id: `network-of-${mark}` }),
    object("volume", "broker-1-data", { mark }),
    object("volume", "lake", { mark }),
  ];
}

/** The names of what belongs to whom, without what is the same in all. */
function judged(objects: readonly EngineObject[], known: PulumiState, adopt: readonly string[] = []) {
  const found = ownership("dev", objects, known, adopt);
  const names = (whose: keyof Ownership) =>
    found[whose].map(({ name }) => name.slice("kafka-iot-sim-dev-".length));
  return { own: names("own"), leftovers: names("leftovers"), foreign: names("foreign") };
}

const all = ["broker-1", "network", "broker-1-data", "lake"];

describe("things on the engine", () => {
  it("belong to the state that has made them", () => {
    expect(judged(stackOf(mine), state(stackOf(mine)))).toEqual({ own: all, leftovers: [], foreign: [] });
  });

  it("belong to the state that made them before it had an id", () => {
    const legacy = stackOf(undefined);
    const nothing = { leftovers: [], foreign: [] };
    expect(judged(legacy, state(legacy, { id: undefined }))).toEqual({ own: all, ...nothing });
    expect(judged(legacy, state(legacy))).toEqual({ own: all, ...nothing });
  });

  it("are leftovers of a state that was killed while it made them, except for volumes, which it uses", () => {
    const expected = { own: ["broker-1-data", "lake"], leftovers: ["broker-1", "network"], foreign: [] };
    expect(judged(stackOf(mine), state())).toEqual(expected);
  });

  it("without a mark are leftovers of the state that has the network", () => {
    const legacy = stackOf(undefined);
    const network = legacy.filter(({ kind }) => kind === "network");
    expect(judged(legacy, state(network, { id: undefined }))).toEqual({
      own: ["network", "broker-1-data", "lake"],
      leftovers: ["broker-1"],
      foreign: [],
    });
  });

  it.each([theirs, undefined])("of another state (%s) are foreign", (mark) => {
    const expected = { own: [], leftovers: [], foreign: all };
    expect(judged(stackOf(mark), state())).toEqual(expected);
    expect(judged(stackOf(mark), emptyState)).toEqual(expected);
  });

  it.each([theirs, undefined])(
    "of another state (%s) are foreign, though this state lists volumes of these names",
    (mark) => {
      const volumes = stackOf(mark).filter(({ kind }) => kind === "volume");
      expect(judged(stackOf(mark), state(volumes))).toEqual({ own: [], leftovers: [], foreign: all });
    },
  );

  it("are foreign if they are volumes of another state, even if nothing else is there and this state lists their names", () => {
    const volumes = stackOf(theirs).filter(({ kind }) => kind === "volume");
    expect(judged(volumes, state(volumes)).foreign).toEqual(["broker-1-data", "lake"]);
  });

  it("belong to the state that lists them if they are volumes without a mark and nothing else is there", () => {
    const volumes = stackOf(undefined).filter(({ kind }) => kind === "volume");
    expect(judged(volumes, state(volumes)).own).toEqual(["broker-1-data", "lake"]);
    expect(judged(volumes, state()).foreign).toEqual(["broker-1-data", "lake"]);
  });

  it.each([
    [theirs, theirs],
    [undefined, "unmarked"],
  ])("of another state (%s) are taken over on purpose", (mark, adopt) => {
    const expected = { own: ["broker-1-data", "lake"], leftovers: ["broker-1", "network"], foreign: [] };
    expect(judged(stackOf(mark), state(), [adopt])).toEqual(expected);
    expect(judged(stackOf(mark), state(), ["state-3333333333333333"]).foreign).toEqual(all);
  });

  it("stay taken over, with containers and a network of this state", () => {
    const taken = [...stackOf(theirs).slice(2), ...stackOf(mine).slice(0, 2)];
    expect(judged(taken, state(taken), [theirs])).toMatchObject({ leftovers: [], foreign: [] });
    expect(judged(taken, state(taken))).toMatchObject({ leftovers: [], foreign: [] });
    // The state that they were taken from does not take them back, nor away.
    const before = state(stackOf(theirs), { id: theirs });
    expect(judged(taken, before).foreign).toEqual(["broker-1-data", "lake", "broker-1", "network"]);
  });

  it("of other stacks are never removed, whichever state has the network", () => {
    const others = [
      object("container", "x", { stack: "dev-2" }),
      object("container", "y", { stack: undefined }),
    ];
    const network = object("network", "network");
    const found = judged([network, ...others], state([network]), ["unmarked", theirs]);
    expect(found).toEqual({ own: ["network"], leftovers: [], foreign: ["x", "y"] });
  });

  it("belong to the state that has the network if they are images", () => {
    const image = object("image", "apps");
    expect(judged([image], state()).own).toEqual(["apps"]);
    expect(judged([image, ...stackOf(theirs)], state([image])).foreign).toContain("apps");
  });
});

describe("problems", () => {
  const problemsOf = (objects: readonly EngineObject[], known: PulumiState, adopt: readonly string[] = []) =>
    ownershipProblems("dev", { objects, state: known }, adopt).map(showProblem);

  it("do not exist for things of the state's own", () => {
    expect(problemsOf(stackOf(mine), state())).toEqual([]);
  });

  it("name what is there, and every way out", () => {
    const image = object("image", "apps");
    expect(problemsOf([...stackOf(theirs), image], state())).toEqual([
      'stack name: found "dev"; the Docker engine has 1 container, 1 network, 2 volumes and 1 image of a stack of this name, which are not in this Pulumi state ' +
        "(kafka-iot-sim-dev-broker-1, kafka-iot-sim-dev-network, kafka-iot-sim-dev-broker-1-data, …). " +
        "Another checkout has made them, or this one with another PULUMI_BACKEND_URL: npm run down there removes them. " +
        "Or name this stack otherwise: npx pulumi stack init NAME. " +
        `If their state is lost, npx pulumi config set adopt ${theirs} takes over its volumes and makes the rest anew`,
    ]);
    expect(problemsOf(stackOf(undefined), state())[0]).toContain(
      "npx pulumi config set adopt unmarked takes over",
    );
    const [both] = problemsOf([...stackOf(theirs), object("container", "x")], state());
    expect(both).toContain(`npx pulumi config set adopt '["${theirs}","unmarked"]' takes over`);
  });

  it("name a container that has a name of this stack and belongs to another one", () => {
    expect(problemsOf([object("container", "x", { stack: "dev-2" })], state())).toEqual([
      'container: found "kafka-iot-sim-dev-x"; the Docker engine has a container of this name already, which belongs to stack "dev-2": remove or rename it, or name this stack otherwise (npx pulumi stack init NAME)',
    ]);
  });

  it("explain how a renamed stack gets its name back", () => {
    expect(problemsOf([], state([], { madeAs: ["lab"] }))).toEqual([
      'stack name: found "dev"; this stack was brought up as "lab", and its volumes are called so: another name would leave topics and table behind. ' +
        "Name it as before (npx pulumi stack rename lab), or npm run down first, which deletes them",
    ]);
    expect(problemsOf([], state([], { madeAs: ["dev"] }))).toEqual([]);
  });
});
