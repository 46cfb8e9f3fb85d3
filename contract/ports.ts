/** Where containers listen in their stack's network, as all of it agrees. */

/** Brokers, for the stack's containers. */
export const brokerPort = 29_092;
/** Controllers, for the cluster's nodes. */
export const controllerPort = 9_093;
/** Members of the ZooKeeper ensemble, for brokers. */
export const zookeeperPort = 2_181;
