import type { Problem } from "../../../../contract/problems";
import { megabyteBytes } from "../../../model/units";
import { planMemory, type RoleMemory, totalMegabytes } from "../../../plan/capacity";
import { type StackPlan, workloadsOf } from "../../../plan/stack";
import { partitionProblems } from "../../../preflight/carried-out-plan";
import { coordinationProblems } from "../../../preflight/coordination";
import { lostVolumes } from "../../../preflight/lost-volumes";
import type { CheckedConfig } from "../../target";
import { ownershipProblems } from "./ownership";
import { portProblems } from "./ports";
import { dockerRepairs } from "./repairs";
import { existingStack, type Survey, type Unreachable } from "./survey";

/** The remedy for a user who may not open the engine's socket. */
const notAllowed = "this user may not use it: run `sudo usermod -aG docker $USER` and log in again";

/**
 * Reasons for which a plan cannot become true on a machine, all of them at once. Keys that could not be read cause no problems here,
 * since the plan has their defaults instead.
 */
export function machineProblems(
  plan: StackPlan,
  { spec, unread }: CheckedConfig,
  survey: Survey | Unreachable,
): Problem[] {
  if ("unreachable" in survey) {
    const remedy = /permission denied/i.test(survey.unreachable)
      ? notAllowed
      : "start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` reports what is missing";
    return [{ path: "Docker engine", found: survey.unreachable, remedy }];
  }
  const foreign = ownershipProblems(plan.stack, survey, spec.adopt);
  const { heapMegabytes } = spec.kafka;
  const topics = plan.topicInit.settings.TOPIC_INIT_TOPICS;
  const ifRead = (keys: readonly string[], problems: () => Problem[]) =>
    keys.some((key) => unread.has(key)) ? [] : problems();
  return [
    ...foreign,
    ...ifRead(["images", "coordination", "consumers"], () => imageProblems(plan, survey.images)),
    ...(["hostPort", "dashboardPort", "prometheusPort"] as const).flatMap((key) =>
      ifRead([key, key === "hostPort" ? "brokers" : "consumers"], () =>
        portProblems(key, plan, survey.ports),
      ),
    ),
    ...ifRead(["kafka", "brokers", "devices", "consumers"], () =>
      memoryProblems(plan, heapMegabytes, survey.engine.memoryBytes),
    ),
    ...ifRead(["partitions", "devices"], () => partitionProblems(spec.partitions, topics, survey.topics)),
    ...ifRead(["coordination", "brokers", "zookeepers"], () =>
      // Volumes of another owner are no evidence of this stack.
      foreign.length > 0
        ? []
        : coordinationProblems(
            plan,
            existingStack(plan.stack, survey),
            dockerRepairs(plan.stack, survey.state.id),
          ),
    ),
  ];
}

/** What is lost with volumes that the engine no longer has; one line each. */
export function machineWarnings(plan: StackPlan, survey: Survey | Unreachable): string[] {
  if ("unreachable" in survey) return [];
  const existing = existingStack(plan.stack, survey);
  return lostVolumes(plan, existing, dockerRepairs(plan.stack, survey.state.id));
}

function imageProblems({ images }: StackPlan, reasons: Survey["images"]): Problem[] {
  return [...reasons].map(([what, reason]) => {
    const remedy =
      `name an image that can be had (npx pulumi config set --path images.${what} REFERENCE), ` +
      `or run npm start, which makes local ones; the engine does not have it, and its registry says: ${reason}`;
    return { path: `images.${what}`, found: images[what as keyof typeof images], remedy };
  });
}

/** The engine's machine must have the memory that a plan needs. */
function memoryProblems(plan: StackPlan, heapMegabytes: number, memoryBytes: number): Problem[] {
  const machineMegabytes = memoryBytes / megabyteBytes;
  // The engine does not report its memory.
  if (!(machineMegabytes > 0)) return [];
  const roles = planMemory(workloadsOf(plan));
  const needed = totalMegabytes(roles);
  if (needed <= machineMegabytes) return [];
  const has = showGigabytes(machineMegabytes);
  if (totalMegabytes(planMemory(plan.brokers.slice(0, 1))) > machineMegabytes) {
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

/** The setting to lower: that of the role that needs the most. */
function lowering(roles: readonly RoleMemory[]): string {
  const [largest] = roles.toSorted((one, other) => other.expectedMegabytes - one.expectedMegabytes);
  switch (largest?.role) {
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
