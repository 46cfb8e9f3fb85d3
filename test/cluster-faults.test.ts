import {
  busiestBroker,
  crash,
  crashController,
  crashZookeeperLeader,
  cut,
  freeze,
  takeZookeepersAway,
  obstacleToEngineRestart,
  restartWholeEngine,
} from "./cluster/faults";
import { zookeeperController } from "./cluster/cluster-state";
import { type FaultCase, testFaults } from "./cluster/suite";

const awayMs = 20_000;

const eachBroker = [1, 2, 3].map((id): FaultCase => ({
  name: `SIGKILL of broker ${id}`,
  befall: (cluster) => crash([cluster.broker(id).container]),
}));

testFaults("zookeeper", { zookeepers: 3 }, [
  ...eachBroker,
  {
    name: "SIGKILL of the controller",
    befall: (cluster) => crashController(cluster, ({ address }) => zookeeperController(address)),
  },
  { name: "SIGKILL of the ZooKeeper leader", befall: crashZookeeperLeader },
  {
    name: "no ZooKeeper for 20 s",
    befall: (cluster) => takeZookeepersAway(cluster, awayMs),
  },
  {
    name: "SIGSTOP of a broker for 20 s",
    befall: async (cluster) => freeze(cluster, await busiestBroker(cluster), awayMs),
  },
  {
    name: "a broker cut from the network for 20 s",
    befall: async (cluster) => cut(cluster, await busiestBroker(cluster), awayMs),
  },
  {
    name: "SIGKILL of all brokers at once",
    befall: (cluster) => crash(cluster.brokers.map(({ container }) => container)),
  },
  {
    name: "a restart of the Docker engine",
    obstacle: obstacleToEngineRestart,
    strikesAll: true,
    befall: restartWholeEngine,
  },
]);
