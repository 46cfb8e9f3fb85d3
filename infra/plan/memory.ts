import { controllerHeapMegabytes } from "./controllers";
import type { Role } from "../model/names";
import type { StackPlan } from "./stack";

/** Memory limits of containers whose plans do not say their own, in megabytes (2^20 bytes). */
export const memoryLimitsMegabytes = {
  zookeeper: 384,
  "broker-sync": 128,
  "topic-init": 192,
} as const;

/** What the containers of one role need. */
export interface RoleMemory {
  readonly role: Role;
  readonly containers: number;
  /** Limit of each, or of the largest of them. */
  readonly limitMegabytes: number;
  /** What all of them together have resident when they work. */
  readonly expectedMegabytes: number;
}

/**
 * What a container has resident when it works, in megabytes, where its plan does not say. Measured with `docker stats` on stacks of
 * this program that had run for hours: consoles 29 to 50, the lake 31 idle, 145 at work and 240 catching up, ZooKeeper 58 new
 * and 85 to 115 later; dashboards 56 with 200 sensors, 193 with 30,000.
 */
const zookeeperMegabytes = 120;
const consumerMegabytes = {
  console: () => 50,
  lake: () => 250,
  dashboard: (sensors: number) => 60 + Math.ceil(sensors / 200),
} as const;
/** What Java has beside a full heap: code, classes, threads, buffers. A broker of 384 MB heap under load had 424 resident. */
const residentBesideHeapMegabytes = 150;
/** What the engine has for each container (`containerd-shim`). */
export const shimMegabytes = 15;
/** The engine itself, and what else a machine has running that does nothing else. */
export const machineMegabytes = 400;

/** What the containers that stay need, by role. One-shot containers need less, and before the others are there. */
export function planMemory(plan: StackPlan, heapMegabytes: number): RoleMemory[] {
  const { zookeepers, controllers, brokers, devices, consumers, prometheus } = plan;
  const of = (role: Role, limits: readonly number[], expected: number): RoleMemory => ({
    role,
    containers: limits.length,
    limitMegabytes: Math.max(0, ...limits),
    expectedMegabytes: expected,
  });
  const javaMegabytes = (containers: number, heap: number) =>
    containers * (heap + residentBesideHeapMegabytes);
  const limitsOf = (containers: readonly { memoryMegabytes: number }[]) =>
    containers.map(({ memoryMegabytes }) => memoryMegabytes);
  return [
    of(
      "zookeeper",
      zookeepers.map(() => memoryLimitsMegabytes.zookeeper),
      zookeepers.length * zookeeperMegabytes,
    ),
    of("controller", limitsOf(controllers), javaMegabytes(controllers.length, controllerHeapMegabytes)),
    of("broker", limitsOf(brokers), javaMegabytes(brokers.length, heapMegabytes)),
    of(
      "device",
      devices.map(({ memory }) => memory.limitMegabytes),
      devices.reduce((sum, device) => sum + device.expectedMegabytes, 0),
    ),
    of(
      "consumer",
      limitsOf([...consumers, ...(prometheus ? [prometheus] : [])]),
      consumers.reduce(
        (sum, { type, sensors }) => sum + consumerMegabytes[type](sensors),
        prometheus?.expectedMegabytes ?? 0,
      ),
    ),
  ].filter(({ containers }) => containers > 0);
}

/** What the machine needs for a plan in all, in megabytes. */
export function totalMegabytes(roles: readonly RoleMemory[]): number {
  const sum = (of: (role: RoleMemory) => number) => roles.reduce((total, role) => total + of(role), 0);
  return (
    machineMegabytes +
    sum(({ expectedMegabytes }) => expectedMegabytes) +
    shimMegabytes * sum(({ containers }) => containers)
  );
}
