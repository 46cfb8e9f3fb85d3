import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { BrokerSyncEnvironment } from "../../../contract/environment/broker-sync";
import { writeEnvironment } from "../../../contract/environment/variables";
import { type AppRuntime, appContainer } from "./app-container";
import { completedJob } from "./job";
import type { BrokerSyncPlan } from "../../plan/broker-syncs";
import { memoryLimitsMegabytes } from "../../plan/memory";

/**
 * Waits until a broker has caught up with what was written while it was away, once for each container that it has.
 * @returns known once it has.
 */
export function brokerSync(
  plan: BrokerSyncPlan,
  broker: docker.Container,
  apps: AppRuntime,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<docker.Container> {
  return completedJob(
    plan.name,
    {
      ...appContainer(apps, "broker-sync"),
      role: "broker-sync",
      container: plan.container,
      environment: broker.id.apply((id) =>
        writeEnvironment(BrokerSyncEnvironment, { ...plan.environment, BROKER_SYNC_CONTAINER: id }),
      ),
      memoryMegabytes: memoryLimitsMegabytes["broker-sync"],
    },
    `Broker ${plan.environment.BROKER_SYNC_ID} did not get in sync, so the others are left as they are`,
    opts,
  );
}
