import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../plan/workload";
import type { Conditions } from "../../preflight/existing-stack";
import type { ContainerRuntime } from "./container";
import type { Owner } from "./names";

/** What all components of a stack share while its resources are declared. */
export interface StackRuntime extends Owner {
  readonly network: pulumi.Input<string>;
  /** Ids of the images by what runs in them; ZooKeeper's and Prometheus' only where the stack has them. */
  readonly images: { readonly [Image in Workload["image"]]?: pulumi.Input<string> };
  /** Undefined for a cluster with ZooKeeper, which gives the cluster its id. */
  readonly clusterId: pulumi.Input<string> | undefined;
  /** How the stack's workloads are before the change. */
  readonly conditions: Conditions;
  /** The workloads that are declared so far. */
  readonly declared: DeclaredWorkloads;
}

/** The workloads of a stack that are declared so far, by their names. */
export class DeclaredWorkloads {
  private readonly ids = new Map<string, pulumi.Output<string>>();
  private readonly done = new Map<string, pulumi.Input<pulumi.Resource>>();

  /** @param done known once the workload is ready, or has ended well; the container itself if left out. */
  add(name: string, container: docker.Container, done: pulumi.Input<pulumi.Resource> = container): void {
    this.ids.set(name, container.id);
    this.done.set(name, done);
  }

  /** The id of a workload's container. */
  idOf(name: string): pulumi.Output<string> {
    return found(this.ids, name);
  }

  /** The resources that a workload depends on. */
  after({ after }: Pick<Workload, "after">): pulumi.Input<pulumi.Resource>[] {
    return after.map((name) => found(this.done, name));
  }
}

function found<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`${name} is needed before it is declared`);
  return value;
}

/** The runtime of one workload's containers. @param image another than that of the workload's role. */
export function containerRuntime(
  { stack, mark, network, images, clusterId, declared }: StackRuntime,
  workload: Pick<Workload, "name" | "image">,
  image: pulumi.Input<string> | undefined = images[workload.image],
): ContainerRuntime {
  if (image === undefined) throw new Error(`${workload.name} needs the image of ${workload.image}`);
  return {
    stack,
    mark,
    network,
    image,
    lateValue: (value) => {
      if (value.kind === "instance-id") return declared.idOf(value.of);
      if (clusterId === undefined) throw new Error("A cluster with ZooKeeper has no id of its own");
      return clusterId;
    },
  };
}
