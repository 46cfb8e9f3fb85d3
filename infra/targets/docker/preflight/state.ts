import type { Made } from "../../../preflight/existing-stack";
import type { StateResource, StateResources } from "../../target";
import { labelOfStack } from "../names";

/** The Pulumi state of a stack: its id, and what it has made on the engine. */
export interface PulumiState {
  /** Its things on the engine are marked with this; undefined before the first `up`, and of states made by earlier versions. */
  readonly id: string | undefined;
  /** The engine's ids of containers and networks, which are used only once. */
  readonly containers: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  /** The id of its KRaft cluster; undefined for a stack with ZooKeeper, and before the first `up`. */
  readonly clusterId: string | undefined;
  /**
   * What the last `up` made whose brokers came up, with the names that volumes have on the engine; undefined before the first one,
   * and of states of earlier versions.
   */
  readonly made: Made | undefined;
  /** The names that the stack had when its things were made: another than its own after `pulumi stack rename`. */
  readonly madeAs: readonly string[];
}

/** Names of the resources that keep a value in the state. */
export const stateIdName = "state-id";
export const clusterIdName = "cluster-id";
export const madeName = "made";

const engineTypes = [
  "docker:index/container:Container",
  "docker:index/network:Network",
  "docker:index/volume:Volume",
  "docker:index/remoteImage:RemoteImage",
] as const;

/** The state of a stack that was never brought up. */
export const emptyState: PulumiState = readState(new Map());

/** Reads a state's resources, by their URNs. */
export function readState(resources: StateResources): PulumiState {
  const outputsOf = (type: string) =>
    [...resources.values()].filter((each) => each.type === type).map(({ outputs }) => outputs);
  const [containers, networks, volumes, images] = engineTypes.map(outputsOf);
  return {
    id: text(stashed(resources, stateIdName)),
    containers: texts(containers, "id"),
    networks: texts(networks, "id"),
    volumes: texts(volumes, "name"),
    images: texts(images, "name"),
    clusterId: text(stashed(resources, clusterIdName)),
    made: stashed(resources, madeName) as Made | undefined,
    madeAs: [
      ...new Set([containers, networks, volumes].flatMap((each = []) => each.flatMap(stackOf))),
    ].sort(),
  };
}

/** Reads the output of `pulumi stack export`. */
export function readExportedState(exported: string): PulumiState {
  const { deployment } = JSON.parse(exported) as {
    deployment?: { resources?: (Partial<StateResource> & { urn: string; type: string; id?: string })[] };
  };
  const resources = deployment?.resources ?? [];
  return readState(
    new Map(
      resources.map(
        ({ urn, type, id, outputs = {} }) => [urn, { type, outputs: { id, ...outputs } }] as const,
      ),
    ),
  );
}

type Outputs = StateResource["outputs"];

function texts(list: readonly Outputs[] = [], key: string): ReadonlySet<string> {
  return new Set(list.flatMap(({ [key]: value }) => (typeof value === "string" ? [value] : [])));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value that a resource keeps, as it was set last. */
function stashed(resources: StateResources, name: string): unknown {
  const [found] = [...resources].filter(
    ([urn, { type }]) => type === "pulumi:index:Stash" && urn.endsWith(`::${name}`),
  );
  return found?.[1].outputs["input"];
}

function stackOf({ labels }: Outputs): string[] {
  const list = Array.isArray(labels) ? (labels as { label?: unknown; value?: unknown }[]) : [];
  return list.flatMap(({ label, value }) =>
    label === labelOfStack && typeof value === "string" ? [value] : [],
  );
}
