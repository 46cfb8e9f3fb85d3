import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../../plan/stack";
import { AppImage } from "./app-image";
import { clusterId } from "./cluster-id";
import { Consumers } from "./consumers";
import { ControllerQuorum } from "./controller-quorum";
import { DeviceFleet } from "./device-fleet";
import { KafkaCluster } from "./kafka-cluster";
import type { KafkaRuntime } from "./kafka-node";
import { recordMade } from "./made";
import { Prometheus } from "./prometheus";
import { PulledImages } from "./pulled-images";
import { ReplayImages } from "./replay-images";
import type { Conditions } from "./rolling";
import { StackNetwork } from "./network";
import { stateId } from "./state-id";
import { TopicInit } from "./topic-init";
import { ZookeeperEnsemble } from "./zookeeper-ensemble";

/**
 * Declares every resource of a plan, each after what it needs.
 * @param conditions how the stack's containers do now: a change must not take all away at once that work.
 * @param existingClusterId as in {@link clusterId}.
 */
export function createStack(
  plan: StackPlan,
  conditions: Conditions,
  existingClusterId: string | undefined,
): void {
  const { stack, brokers, brokerSyncs, devices, consumers, lake, prometheus } = plan;
  const owner = { stack, mark: stateId() };
  const images = new PulledImages("images", { images: plan.images });
  const apps = new AppImage("app-image", {
    stack,
    baseImage: plan.images.node,
    baseImageId: images.ids.node,
  });
  const network = new StackNetwork("network", { ...owner, network: plan.network }).networkName;
  const kafka: KafkaRuntime = {
    ...owner,
    image: images.ids.kafka,
    network,
    ...(plan.coordination === "kraft" && { clusterId: clusterId(existingClusterId) }),
    conditions,
  };
  const runtime = { ...owner, image: apps.imageId, network };
  const cluster = new KafkaCluster(
    "kafka",
    { brokers, syncs: brokerSyncs, runtime: kafka, apps: runtime },
    { dependsOn: coordinators(plan, images.ids.zookeeper, kafka) },
  );
  recordMade(plan, cluster.brokers);
  const topicInit = new TopicInit("topic-init", {
    plan: plan.topicInit,
    runtime: { ...runtime, after: [...cluster.brokers] },
  });
  const afterTopics = { ...runtime, after: topicInit.completed };
  const replays = devices.some(({ replayFiles }) => replayFiles.length > 0);
  new DeviceFleet("devices", {
    devices,
    runtime: afterTopics,
    ...(replays && { replayImages: new ReplayImages("replay-images", { stack, app: apps }) }),
  });
  new Consumers("consumers", { consumers, lake, runtime: afterTopics });
  if (
    prometheus !== undefined &&
    plan.images.prometheus !== undefined &&
    images.ids.prometheus !== undefined
  ) {
    const image = { reference: plan.images.prometheus, id: images.ids.prometheus };
    new Prometheus("prometheus", { plan: prometheus, ...owner, baseImage: image, network });
  }
}

/** Declares what brokers agree through, where it is not they themselves. */
function coordinators(
  { zookeepers, controllers }: StackPlan,
  zookeeperImage: pulumi.Input<string> | undefined,
  kafka: KafkaRuntime,
): docker.Container[] {
  if (zookeeperImage !== undefined) {
    const { stack, mark, network, conditions } = kafka;
    const args = { stack, mark, zookeepers, image: zookeeperImage, network, conditions };
    return [...new ZookeeperEnsemble("zookeeper", args).members];
  }
  if (controllers.length === 0) return [];
  return [...new ControllerQuorum("controllers", { controllers, runtime: kafka }).controllers];
}
