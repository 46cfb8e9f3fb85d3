import type { StackPlan } from "../../plan/stack";
import type { Conditions } from "../../preflight/existing-stack";
import { AppImage } from "./app-image";
import { Consumers } from "./consumers";
import { DeviceFleet } from "./device-fleet";
import { KafkaCluster } from "./kafka-cluster";
import { MetadataQuorum } from "./metadata-quorum";
import { networkName } from "./names";
import { StackNetwork } from "./network";
import { Prometheus } from "./prometheus";
import { PulledImages } from "./pulled-images";
import { ReplayImages } from "./replay-images";
import { DeclaredWorkloads, type StackRuntime } from "./stack-runtime";
import { clusterId, recordMade, stateId } from "./stash";
import { TopicInit } from "./topic-init";

/**
 * Declares every resource of a plan, each after what it needs.
 * @param conditions how the stack's workloads are now: a change must not take away all at once that work.
 * @param existingClusterId as in {@link clusterId}.
 */
export function createStack(
  plan: StackPlan,
  conditions: Conditions,
  existingClusterId: string | undefined,
): void {
  const { stack, zookeepers, controllers, brokers, brokerSyncs, devices, consumers, lake, prometheus } = plan;
  const owner = { stack, mark: stateId() };
  const images = new PulledImages("images", { images: plan.images });
  const app = new AppImage("app-image", {
    stack,
    baseImage: plan.images.node,
    baseImageId: images.ids.node,
  });
  const network = new StackNetwork("network", { ...owner, network: networkName(stack) }).networkName;
  const { kafka, zookeeper } = images.ids;
  const runtime: StackRuntime = {
    ...owner,
    network,
    images: { kafka, ...(zookeeper && { zookeeper }), app: app.imageId },
    clusterId: plan.coordination === "kraft" ? clusterId(existingClusterId) : undefined,
    conditions,
    declared: new DeclaredWorkloads(),
  };
  if (zookeepers.length > 0)
    new MetadataQuorum("zookeeper:ZookeeperEnsemble", "zookeeper", { nodes: zookeepers, runtime });
  if (controllers.length > 0)
    new MetadataQuorum("kafka:ControllerQuorum", "controllers", { nodes: controllers, runtime });
  const after = [...new Set(brokers.flatMap((broker) => broker.after))];
  const cluster = new KafkaCluster(
    "kafka",
    { brokers, syncs: brokerSyncs, runtime },
    { dependsOn: runtime.declared.after({ after }) },
  );
  recordMade(plan, cluster.brokers);
  new TopicInit("topic-init", { plan: plan.topicInit, runtime });
  const replays = devices.some(({ files }) => files.length > 0);
  new DeviceFleet("devices", {
    devices,
    runtime,
    ...(replays && { replayImages: new ReplayImages("replay-images", { stack, app }) }),
  });
  new Consumers("consumers", { consumers, lake, runtime });
  if (
    prometheus !== undefined &&
    plan.images.prometheus !== undefined &&
    images.ids.prometheus !== undefined
  ) {
    const baseImage = { reference: plan.images.prometheus, id: images.ids.prometheus };
    new Prometheus("prometheus", { plan: prometheus, runtime, baseImage });
  }
}
