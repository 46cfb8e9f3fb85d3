import { showProblem } from "../../contract/problems";
import { hostPortOf } from "../../infra/plan/stack";
import type { Workload } from "../../infra/plan/workload";
import type { PlanReport } from "./report";

/** The same for programs: one JSON object; sizes in bytes and megabytes (2^20 bytes) as their names say. */
export function reportJson({ spec, plan, capacity, survey, problems }: PlanReport): string {
  const machine =
    "unreachable" in survey
      ? { unreachable: survey.unreachable }
      : { ...survey.engine, ports: survey.ports && Object.fromEntries(survey.ports) };
  return JSON.stringify({
    stack: spec.stack,
    coordination: plan.coordination,
    hostPorts: plan.brokers.map(({ hostPort }) => hostPort),
    dashboardPort: portOf(plan.consumers.find(({ type }) => type === "dashboard")),
    prometheusPort: portOf(plan.prometheus),
    memory: { roles: capacity.memory, totalMegabytes: capacity.totalMegabytes },
    kafka: capacity.kafka,
    history: capacity.history,
    lake: capacity.lake,
    machine,
    warnings: capacity.warnings,
    problems: problems.map((problem) => ({ ...problem, message: showProblem(problem) })),
  });
}

function portOf(workload: Workload | undefined): number | undefined {
  return workload && hostPortOf(workload);
}
