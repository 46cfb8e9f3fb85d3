import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { environmentLines } from "../../apps/shared/contract/environment";
import { type BrokerPlan, internalPort } from "../plan/brokers";
import { brokerWhat } from "../plan/names";
import { longRunningContainer } from "./container";
import { stackVolume } from "./volume";

/** The Kafka brokers. */
export class KafkaCluster extends pulumi.ComponentResource {
  readonly brokers: readonly docker.Container[];
  /** Where programs on the host find the cluster, as Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;

  constructor(
    name: string,
    args: {
      readonly stack: string;
      readonly brokers: readonly BrokerPlan[];
      readonly image: pulumi.Input<string>;
      readonly network: pulumi.Input<string>;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:KafkaCluster", name, {}, opts);
    const { stack, image, network } = args;
    this.brokers = args.brokers.map((plan) => {
      const what = brokerWhat(plan.id);
      const data = stackVolume(`${what}-data`, { stack, volume: plan.dataVolume }, { parent: this });
      return longRunningContainer(
        what,
        {
          stack,
          role: "broker",
          container: plan.container,
          image,
          network,
          user: "appuser",
          environment: environmentLines(plan.environment),
          memoryMegabytes: 1_024,
          // The image writes its configuration at start, to places that its documentation does not fix.
          readOnlyRoot: false,
          // Anything that the image declares as a volume and nothing is mounted over would stay behind as a nameless one.
          tmpfs: { "/etc/kafka/secrets": "rw,noexec,nosuid,size=1m" },
          volumes: [{ volume: data.name, path: "/var/lib/kafka/data" }],
          port: { container: plan.externalPort, host: plan.hostPort },
          healthcheck: { test: acceptsConnections, startTimeoutSeconds: 120 },
          stopGraceSeconds: 30,
        },
        { parent: this },
      );
    });
    this.bootstrapServers = args.brokers.map((plan) => plan.externalAddress).join(",");
    this.registerOutputs({ bootstrapServers: this.bootstrapServers });
  }
}

const acceptsConnections = ["CMD", "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${internalPort}`];
