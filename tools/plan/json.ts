import { showProblem } from "../../contract/problems";
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
    dashboardPort: plan.consumers.find(({ type }) => type === "dashboard")?.port?.host,
    prometheusPort: plan.prometheus?.port.host,
    memory: { roles: capacity.memory, totalMegabytes: capacity.totalMegabytes },
    kafka: capacity.kafka,
    history: capacity.history,
    lake: capacity.lake,
    machine,
    warnings: capacity.warnings,
    problems: problems.map((problem) => ({ ...problem, message: showProblem(problem) })),
  });
}
