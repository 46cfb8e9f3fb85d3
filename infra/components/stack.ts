import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../plan/stack";
import { AppImage } from "./app-image";
import { clusterId } from "./cluster-id";
import { Consumers } from "./consumers";
import { ControllerQuorum } from "./controller-quorum";
import { DeviceFleet } from "./device-fleet";
import { KafkaCluster } from "./kafka-cluster";
import type { KafkaRuntime } from "./kafka-node";
import { Prometheus } from "./prometheus";
import { PulledImages } from "./pulled-images";
import { ReplayImages } from "./replay-images";
import type { Conditions } from "./rolling";
import { StackNetwork } from "./stack-network";
import { TopicInit } from "./topic-init";
import { ZookeeperEnsemble } from "./zookeeper-ensemble";

/**
 * Declares every resource of a plan, each after what it needs.
 * @param conditions how the stack's containers do now: a change must not take all away at once that work.
 */
export function createStack(plan: StackPlan, conditions: Conditions): void {
  const { stack, brokers, brokerSyncs, devices, consumers, lake, prometheus } = plan;
  const images = new PulledImages("images", { images: plan.images });
  const apps = new AppImage("app-image", {
    stack,
    baseImage: plan.images.node,
    baseImageId: images.ids.node,
  });
  const network = new StackNetwork("network", { stack, network: plan.network }).networkName;
  const kafka: KafkaRuntime = {
    stack,
    image: images.ids.kafka,
    network,
    ...(plan.coordination === "kraft" && { clusterId: clusterId("cluster-id") }),
    conditions,
  };
  const runtime = { stack, image: apps.imageId, network };
  const cluster = new KafkaCluster(
    "kafka",
    { brokers, syncs: brokerSyncs, runtime: kafka, apps: runtime },
    { dependsOn: coordinators(plan, images.ids.zookeeper, kafka) },
  );
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
    new Prometheus("prometheus", { plan: prometheus, stack, baseImage: image, network });
  }
}

/** Declares what brokers agree through, where it is not they themselves. */
function coordinators(
  { zookeepers, controllers, stack }: StackPlan,
  zookeeperImage: pulumi.Input<string> | undefined,
  kafka: KafkaRuntime,
): docker.Container[] {
  if (zookeeperImage !== undefined) {
    const { network, conditions } = kafka;
    const args = { stack, zookeepers, image: zookeeperImage, network, conditions };
    return [...new ZookeeperEnsemble("zookeeper", args).members];
  }
  if (controllers.length === 0) return [];
  return [...new ControllerQuorum("controllers", { controllers, runtime: kafka }).controllers];
}
