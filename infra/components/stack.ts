import type { StackPlan } from "../plan/stack";
import { AppImage } from "./app-image";
import { Consumers } from "./consumers";
import { DeviceFleet } from "./device-fleet";
import { KafkaCluster } from "./kafka-cluster";
import { PulledImages } from "./pulled-images";
import { StackNetwork } from "./stack-network";
import { TopicInit } from "./topic-init";
import { ZookeeperEnsemble } from "./zookeeper-ensemble";

/** Declares every resource of a plan, each after what it needs. */
export function createStack(plan: StackPlan): void {
  const { stack, zookeepers, brokers, devices, consumers, lake } = plan;
  const images = new PulledImages("images", { images: plan.images });
  const apps = new AppImage("app-image", {
    stack,
    baseImage: plan.images.node,
    baseImageId: images.ids.node,
  });
  const network = new StackNetwork("network", { stack, network: plan.network }).networkName;
  const ensemble = new ZookeeperEnsemble("zookeeper", {
    stack,
    zookeepers,
    image: images.ids.zookeeper,
    network,
  });
  const cluster = new KafkaCluster(
    "kafka",
    { stack, brokers, image: images.ids.kafka, network },
    { dependsOn: [...ensemble.members] },
  );
  const runtime = { stack, image: apps.imageId, network };
  const topicInit = new TopicInit("topic-init", {
    plan: plan.topicInit,
    runtime: { ...runtime, after: [...cluster.brokers] },
  });
  const afterTopics = { ...runtime, after: topicInit.completed };
  new DeviceFleet("devices", { devices, runtime: afterTopics });
  new Consumers("consumers", { consumers, lake, runtime: afterTopics });
}
