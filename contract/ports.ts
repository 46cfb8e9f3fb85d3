/** The ports at which containers listen in their stack's network. */

/** Brokers listen here for the stack's containers. */
export const brokerPort = 29_092;
/** KRaft controllers listen here for the cluster's nodes. */
export const controllerPort = 9_093;
/** Members of the ZooKeeper ensemble listen here for brokers. */
export const zookeeperPort = 2_181;
/** The dashboard; the stack publishes it on 127.0.0.1 at `dashboardPort`. */
export const dashboardContainerPort = 8_080;
/** Prometheus; the stack publishes it on 127.0.0.1 at `prometheusPort`. */
export const prometheusContainerPort = 9_090;
/** Prometheus answers here with status 200 while it works (its management API). */
export const prometheusHealthPath = "/-/healthy";
