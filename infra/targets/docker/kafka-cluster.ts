import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type BrokerPlan, brokersAlias, internalPort } from "../../plan/brokers";
import type { BrokerSyncPlan } from "../../plan/broker-syncs";
import { brokerServiceName } from "../../model/names";
import type { AppRuntime } from "./app-container";
import { brokerSync } from "./broker-sync";
import { type KafkaRuntime, kafkaNode } from "./kafka-node";
import { inRollingOrder } from "./rolling";

/** The Kafka brokers. A change rolls through those that run, each back in sync before the next is touched. */
export class KafkaCluster extends pulumi.ComponentResource {
  readonly brokers: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly brokers: readonly BrokerPlan[];
      readonly syncs: readonly BrokerSyncPlan[];
      readonly runtime: KafkaRuntime;
      /** Runs the waits for brokers to be in sync. */
      readonly apps: AppRuntime;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:KafkaCluster", name, {}, opts);
    const { brokers, syncs, runtime, apps } = args;
    this.brokers = inRollingOrder(brokers, runtime.conditions, (plan, after) => {
      const broker = this.broker(plan, runtime, after);
      const sync = syncs.find(({ environment }) => environment.BROKER_SYNC_ID === plan.id);
      return {
        made: broker,
        settled: sync === undefined ? broker : brokerSync(sync, broker, apps, { parent: this }),
      };
    });
    this.registerOutputs({ containers: this.brokers.map((broker) => broker.name) });
  }

  private broker(
    plan: BrokerPlan,
    runtime: KafkaRuntime,
    after: readonly pulumi.Input<pulumi.Resource>[],
  ): docker.Container {
    const { container, environment, command, memoryMegabytes, dataVolume } = plan;
    return kafkaNode(
      brokerServiceName(plan.id),
      {
        container,
        role: "broker",
        environment,
        ...(command && { command }),
        memoryMegabytes,
        dataVolume,
        aliases: [brokersAlias],
        port: { container: plan.externalPort, host: plan.hostPort },
        healthyPort: internalPort,
      },
      runtime,
      { parent: this, dependsOn: [...after] },
    );
  }
}
