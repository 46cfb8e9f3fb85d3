import { expect } from "vitest";
import { obstacleToRestart, restartEngine } from "../../tools/setup/engine-restart.mjs";
import { Machine } from "../../tools/setup/machine.mjs";
import type { Fault, TestedCluster } from "./cluster";
import { livesOf } from "./cluster-state";

/** Why the engine cannot be restarted, or undefined: containers of others run on it, or it is not this machine's. */
export function obstacleToEngineRestart(cluster: TestedCluster): Promise<string | undefined> {
  return obstacleToRestart(new Machine(), (container) => container.startsWith(cluster.container("")));
}

/** Restarts the Docker engine, and with it all containers. */
export async function restartWholeEngine(cluster: TestedCluster): Promise<Fault> {
  const containers = [...cluster.zookeepers, ...cluster.brokers.map(({ container }) => container)];
  const before = await livesOf(containers);
  await restartEngine(new Machine());
  const returnedMs = Date.now();
  const after = await livesOf(containers);
  const same = after.filter(({ startedMs }, index) => startedMs === before[index]?.startedMs);
  expect(same).toEqual([]);
  return { returnedMs };
}
