import { zookeeperPort } from "../../contract/ports";
import { containerName, zookeeperServiceName } from "../model/names";

/** One member of the ZooKeeper ensemble. */
export interface ZookeeperPlan {
  readonly id: number;
  readonly container: string;
  /** Where brokers reach it, as `host:port`. */
  readonly address: string;
  /** What the image is told, by the contract of confluentinc/cp-zookeeper. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dataVolume: string;
  readonly logVolume: string;
}

/** Where each member takes clients, inside its container. */
export const clientPort = zookeeperPort;

/** Plans an ensemble of `size` members (1, 3 or 5). */
export function planZookeepers(stack: string, size: number): ZookeeperPlan[] {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const nameOf = (id: number) => containerName(stack, zookeeperServiceName(id));
  // The image numbers servers by their place in this list, so the order is that of the ids.
  const servers = ids.map((id) => `${nameOf(id)}:2888:3888`).join(";");
  return ids.map((id) => ({
    id,
    container: nameOf(id),
    address: `${nameOf(id)}:${clientPort}`,
    environment: {
      KAFKA_HEAP_OPTS: "-Xms64m -Xmx128m",
      ZOOKEEPER_CLIENT_PORT: String(clientPort),
      ZOOKEEPER_TICK_TIME: "2000",
      ...(size > 1 && {
        ZOOKEEPER_INIT_LIMIT: "10",
        ZOOKEEPER_SERVERS: servers,
        ZOOKEEPER_SERVER_ID: String(id),
        ZOOKEEPER_SYNC_LIMIT: "5",
      }),
    },
    dataVolume: `${nameOf(id)}-data`,
    logVolume: `${nameOf(id)}-log`,
  }));
}
