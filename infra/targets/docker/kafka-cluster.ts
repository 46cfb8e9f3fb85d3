import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerPlan, BrokerSyncPlan } from "../../plan/brokers";
import { completedJob } from "./job";
import { rollingNodes } from "./rolling";
import type { StackRuntime } from "./stack-runtime";

/** The Kafka brokers. A change rolls through those that run; each is back in sync before the next one is touched. */
export class KafkaCluster extends pulumi.ComponentResource {
  readonly brokers: readonly docker.Container[];

  constructor(
    name: string,
    args: {
      readonly brokers: readonly BrokerPlan[];
      readonly syncs: readonly BrokerSyncPlan[];
      readonly runtime: StackRuntime;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:KafkaCluster", name, {}, opts);
    const { brokers, syncs, runtime } = args;
    this.brokers = rollingNodes(brokers, runtime, this, ({ id }) => {
      const sync = syncs.find(({ brokerId }) => brokerId === id);
      return sync && this.inSync(sync, runtime);
    });
    this.registerOutputs({ containers: this.brokers.map((broker) => broker.name) });
  }

  /** Waits until a broker has caught up with what was written while it was away, once for each container that it has. */
  private inSync(sync: BrokerSyncPlan, runtime: StackRuntime): pulumi.Output<docker.Container> {
    const failure = `Broker ${sync.brokerId} did not get in sync, so the others are left as they are`;
    return completedJob(sync, runtime, failure, { parent: this });
  }
}
