import { kraftController } from "./cluster/cluster-state";
import { busiestBroker, crash, crashController, freeze } from "./cluster/faults";
import { testFaults } from "./cluster/suite";

const awayMs = 20_000;

testFaults("kraft", { coordination: "kraft" }, [
  {
    name: "SIGKILL of the controller",
    befall: (cluster) => crashController(cluster, ({ container }) => kraftController(container)),
  },
  {
    name: "SIGKILL of a broker",
    befall: async (cluster) => crash([(await busiestBroker(cluster)).container]),
  },
  {
    name: "SIGSTOP of a broker for 20 s",
    befall: async (cluster) => freeze(cluster, await busiestBroker(cluster), awayMs),
  },
  {
    name: "SIGKILL of all brokers at once",
    befall: (cluster) => crash(cluster.brokers.map(({ container }) => container)),
  },
]);
