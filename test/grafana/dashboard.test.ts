import { describe, expect, it } from "vitest";
import { type MetricDescription, metrics } from "../../contract/metrics";
import { grafanaDashboard, type Panel } from "./dashboard-file";
import { parseExpression } from "./expressions";

const dashboard = grafanaDashboard();
const targets = dashboard.panels.flatMap((panel) =>
  (panel.targets ?? []).map((target) => ({ panel: panel.title, ...target })),
);
/** The selector of a variable whose values are those of a label. */
const selectors = dashboard.templating.list.flatMap(
  ({ definition }) => /^label_values\((.+), \w+\)$/.exec(definition ?? "")?.[1] ?? [],
);

/** The time series of a metric in Prometheus. */
function seriesOf({ name, type }: MetricDescription): string[] {
  return type === "histogram" ? ["bucket", "sum", "count"].map((suffix) => `${name}_${suffix}`) : [name];
}
const ours: readonly MetricDescription[] = Object.values(metrics);
/** Metrics of every process, by the conventions of Prometheus' client libraries. */
const ofProcesses = ["process_cpu_seconds_total", "process_resident_memory_bytes"];
/** Our metrics that no panel shows. */
const leftOut: readonly string[] = [];

describe("an expression", () => {
  it("yields the metrics that it selects", () => {
    expect(
      parseExpression('sum by (le) (rate(a_bucket{x="$stack"}[$__rate_interval])) / on () b_total'),
    ).toEqual({
      metrics: ["a_bucket", "b_total"],
      errors: [],
    });
  });

  it.each(["sum(rate(a[5m])", "sum(a) by", "a{x=}", "a b"])("that is not PromQL is found: %s", (source) => {
    expect(parseExpression(source).errors).not.toEqual([]);
  });
});

describe("the Grafana dashboard", () => {
  it.each(targets.map(({ panel, expr }) => [panel, expr]))("uses valid PromQL in %s: %s", (_panel, expr) => {
    expect(parseExpression(expr).errors).toEqual([]);
  });

  it("uses existing metrics only", () => {
    const known = new Set([...ours.flatMap(seriesOf), ...ofProcesses]);
    const asked = [...targets.map(({ expr }) => expr), ...selectors].flatMap(
      (source) => parseExpression(source).metrics,
    );
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((metric) => !known.has(metric))).toEqual([]);
  });

  it("shows every metric of ours except those listed above", () => {
    const asked = new Set(targets.flatMap(({ expr }) => parseExpression(expr).metrics));
    const missing = ours.filter((metric) => !seriesOf(metric).some((series) => asked.has(series)));
    expect(missing.map(({ name }) => name)).toEqual(leftOut);
  });

  it("selects one stack and the chosen data source", () => {
    const selectorCount = (expr: string) => parseExpression(expr).metrics.length;
    for (const { expr, datasource } of targets) {
      expect(expr.match(/stack="\$stack"/g)?.length ?? 0).toBeGreaterThanOrEqual(selectorCount(expr));
      expect(datasource.uid).toBe("${datasource}");
    }
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(["datasource", "stack"]);
    expect(selectors).toEqual(["kafka_iot_sim_container_up"]);
  });

  it("has panels with unique ids that do not overlap", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel) =>
      a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    const clashes = panels.flatMap((one, index) =>
      panels.slice(index + 1).flatMap((other) => (overlap(one, other) ? [[one.title, other.title]] : [])),
    );
    expect(clashes).toEqual([]);
    expect(panels.filter(({ gridPos }) => gridPos.x + gridPos.w > 24)).toEqual([]);
  });
});
