import type { Problem } from "../../../../contract/problems";
import type { PortKey } from "../../../model/spec";
import { type PublishedPorts, publishedPorts } from "../../../plan/published-ports";
import type { StackPlan } from "../../../plan/stack";
import type { PortSurveys } from "./host-ports";

/** What keeps containers from being published where a key of the configuration says. */
export function portProblems(key: PortKey, plan: StackPlan, surveys: PortSurveys | undefined): Problem[] {
  const range = publishedPorts(plan).find((each) => each.key === key);
  const survey = surveys?.get(key);
  if (survey === undefined || range === undefined) return [];
  const { taken, held, freeFirst } = survey;
  const another =
    freeFirst === undefined ? "choose another" : `choose another: npx pulumi config set ${key} ${freeFirst}`;
  const ports = `${taken.length === 1 ? "port" : "ports"} ${taken.join(", ")}`;
  const remedies = [
    ...(taken.length > 0
      ? [`another program listens at ${ports} of 127.0.0.1, and ${needOf(range)}; end it, or ${another}`]
      : []),
    ...held
      .slice(0, 1)
      .map(
        ({ port, container }) =>
          `${container} of this stack has port ${port}, which ${others[key]} would need before it is free: ${another}`,
      ),
  ];
  return remedies.map((remedy) => ({ path: key, found: range.first, remedy }));
}

/** Who is to have a port that another container of the stack still has. */
const others: Readonly<Record<PortKey, string>> = {
  hostPort: "another of its brokers",
  dashboardPort: "the dashboard",
  prometheusPort: "Prometheus",
};

function needOf({ key, first, containers }: PublishedPorts): string {
  if (key !== "hostPort") return `${others[key]} needs it`;
  return containers.length === 1
    ? "broker 1 needs it"
    : `the brokers need ${first} to ${first + containers.length - 1}`;
}
