import type { Problem } from "../../../../contract/problems";
import { megabyteBytes } from "../../../model/units";
import { planMemory, type RoleMemory, totalMegabytes } from "../../../plan/memory";
import type { StackPlan } from "../../../plan/stack";

/** Whether the engine's machine has the memory that a plan needs. */
export function memoryProblems(plan: StackPlan, heapMegabytes: number, memoryBytes: number): Problem[] {
  const machineMegabytes = memoryBytes / megabyteBytes;
  // An engine that does not say.
  if (!(machineMegabytes > 0)) return [];
  const roles = planMemory(plan, heapMegabytes);
  const needed = totalMegabytes(roles);
  if (needed <= machineMegabytes) return [];
  const has = showGigabytes(machineMegabytes);
  const alone = planMemory({ ...plan, brokers: plan.brokers.slice(0, 1) }, heapMegabytes);
  if (totalMegabytes(alone.filter(({ role }) => role === "broker")) > machineMegabytes) {
    const remedy = `lower it: the engine's machine has ${has} of memory, for this heap, what else a broker needs, and all other containers`;
    return [{ path: "kafka.heap", found: `${heapMegabytes}MB`, remedy }];
  }
  const parts = roles
    .toSorted((one, other) => other.expectedMegabytes - one.expectedMegabytes)
    .map(showRole)
    .join(", ");
  const remedy =
    `the plan needs about ${showGigabytes(needed)}: ${parts}, and the engine the rest; ` +
    `${lowering(roles)}, or give the engine more memory`;
  return [{ path: "Docker engine", found: `${has} of memory`, remedy }];
}

function showRole({ role, containers, expectedMegabytes }: RoleMemory): string {
  return `${containers} ${role}${containers === 1 ? "" : "s"} ${showGigabytes(expectedMegabytes)}`;
}

/** What to lower: what needs most. */
function lowering(roles: readonly RoleMemory[]): string {
  const [most] = roles.toSorted((one, other) => other.expectedMegabytes - one.expectedMegabytes);
  switch (most?.role) {
    case "broker":
      return "lower kafka.heap or brokers";
    case "consumer":
      return "lower the replicas of consumers";
    case "device":
      return "lower devices";
    default:
      return "lower what the config asks for";
  }
}

function showGigabytes(megabytes: number): string {
  return `${(megabytes / 1_024).toFixed(1)} GB`;
}
