import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { environmentLines } from "../../../contract/environment/variables";
import { longRunningContainer, type StackContainerArgs } from "./container";
import type { Owner } from "./labels";
import type { Conditions } from "./rolling";
import { stackVolume } from "./volume";
import type { Role } from "../../model/names";

/** What all nodes of a Kafka cluster are made with. */
export interface KafkaRuntime extends Owner {
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** Of a KRaft cluster; ZooKeeper gives a cluster its id otherwise. */
  readonly clusterId?: pulumi.Input<string>;
  readonly conditions: Conditions;
}

/** One node as its plan describes it. */
export interface KafkaNodeArgs extends Pick<StackContainerArgs, "aliases" | "hostName" | "port"> {
  readonly container: string;
  readonly role: Role;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly memoryMegabytes: number;
  readonly dataVolume: string;
  /** Port inside the container at which it takes connections once it does its work. */
  readonly healthyPort: number;
}

/** Makes a node of a Kafka cluster, broker or controller, with the volume of its data. */
export function kafkaNode(
  name: string,
  args: KafkaNodeArgs,
  { stack, mark, image, network, clusterId }: KafkaRuntime,
  opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): docker.Container {
  const { dataVolume, healthyPort, environment, ...node } = args;
  const data = stackVolume(`${name}-data`, { stack, mark, volume: dataVolume }, { parent: opts.parent });
  return longRunningContainer(
    name,
    {
      ...node,
      stack,
      mark,
      image,
      network,
      user: "appuser",
      environment: pulumi
        .output(clusterId)
        .apply((id) => environmentLines({ ...environment, CLUSTER_ID: id })),
      // The image writes its configuration at start, to places that its documentation does not fix.
      readOnlyRoot: false,
      // Anything that the image declares as a volume and nothing is mounted over would stay behind as a nameless one.
      tmpfs: { "/etc/kafka/secrets": "rw,noexec,nosuid,size=1m" },
      volumes: [{ volume: data.name, path: "/var/lib/kafka/data" }],
      healthcheck: {
        test: ["CMD", "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${healthyPort}`],
        startTimeoutSeconds: 120,
      },
      stopGraceSeconds: 30,
    },
    opts,
  );
}
