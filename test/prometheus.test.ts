import { afterAll, beforeAll, describe, expect } from "vitest";
import { eventually } from "./support/command";
import { fillIn } from "./grafana/expressions";
import { grafanaDashboard } from "./grafana/dashboard-file";
import { tracesOf } from "./support/docker";
import { PulumiStack } from "./support/pulumi-stack";
import { step } from "./support/steps";

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
}
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Time in seconds, and the value as text. */
  readonly values: readonly (readonly [number, string])[];
}

/** A stack with Prometheus, from its first update to its end. */
describe("a stack with Prometheus", () => {
  let stack: PulumiStack;
  let address: string;

  const ask = async <Data>(path: string, query: Readonly<Record<string, string>>): Promise<Data> => {
    const response = await fetch(`${address}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const { status, data } = (await response.json()) as { status: string; data: Data };
    expect(status).toBe("success");
    return data;
  };
  /** The samples of the last minutes, by the names of containers. */
  const samplesOf = async (metric: string): Promise<Map<string | undefined, Series["values"]>> => {
    const { result } = await ask<{ result: Series[] }>("query", { query: `${metric}[10m]` });
    return new Map(result.map((series) => [series.metric["name"], series.values]));
  };
  const targetsUp = (names: readonly string[]) =>
    eventually(`targets ${names.join(", ")} are up`, 60_000, async () => {
      const { activeTargets } = await ask<{ activeTargets: Target[] }>("targets", { state: "active" });
      const up = activeTargets.filter(({ health }) => health === "up");
      const found = up.flatMap(({ labels }) => labels["name"] ?? []).sort();
      return found.join() === [...names, "prometheus"].sort().join() ? activeTargets : undefined;
    });

  beforeAll(async () => {
    stack = await PulumiStack.create("prometheus");
    await stack.configure({
      devices: 1,
      consumers: [{ type: "console" }, { type: "lake" }, { type: "dashboard" }, { type: "prometheus" }],
    });
    await stack.up();
    address = (await stack.outputs()).prometheus ?? "";
  });
  afterAll(() => stack.dispose());

  const scraped = step("scrapes every container of the project's apps", [], async () => {
    const targets = await targetsUp(["device-1", "console", "lake", "dashboard"]);
    expect(targets.map(({ labels }) => labels).find(({ name }) => name === "lake")).toEqual({
      instance: `kafka-iot-sim-${stack.name}-lake:9464`,
      job: "kafka-iot-sim",
      name: "lake",
      role: "consumer",
      stack: stack.name,
      type: "lake",
    });
  });

  step(
    "answers queries about the pipeline: acknowledged messages grow, and the lake has rows",
    [scraped],
    async () => {
      const rising = await eventually("acknowledged messages rise", 60_000, async () => {
        const values = (await samplesOf("kafka_iot_sim_messages_acknowledged_total")).get("device-1") ?? [];
        return values.length >= 3 ? values.map(([, value]) => Number(value)) : undefined;
      });
      // Three messages a second.
      expect(rising.at(-1)).toBeGreaterThan(rising[0] ?? Infinity);
      expect(rising).toEqual(rising.toSorted((one, other) => one - other));
      await eventually("rows are counted", 60_000, async () => {
        const values = (await samplesOf("kafka_iot_sim_lake_rows_total")).get("lake") ?? [];
        return Number(values.at(-1)?.[1] ?? 0) > 0 ? true : undefined;
      });
    },
  );

  step("keeps the names of containers that the dashboard reports on", [scraped], async () => {
    await eventually("the dashboard says that device-1 is up", 60_000, async () => {
      const values = (await samplesOf("kafka_iot_sim_container_up")).get("device-1") ?? [];
      return values.at(-1)?.[1] === "1" ? true : undefined;
    });
  });

  step("answers every query of the Grafana dashboard", [scraped], async () => {
    const expressions = grafanaDashboard().panels.flatMap(({ targets = [] }) =>
      targets.map(({ expr }) => expr),
    );
    const unanswered = () =>
      Promise.all(
        expressions.map(async (expr) => {
          const { result } = await ask<{ result: unknown[] }>("query", { query: fillIn(expr, stack.name) });
          return result.length === 0 ? [expr] : [];
        }),
      );
    // Nothing was unhealthy recently.
    const expected = expressions.filter((expr) => expr.includes("min_over_time"));
    expect(expected).toHaveLength(1);
    await eventually("every other query has values", 60_000, async () => {
      const found = (await unanswered()).flat();
      return found.length === expected.length ? found : undefined;
    });
    expect((await unanswered()).flat()).toEqual(expected);
  });

  step("does not change when nothing has changed", [], async () => {
    await stack.up("--expect-no-changes");
  });

  step("scrapes an added device, and keeps its earlier samples", [scraped], async () => {
    const beforeSeconds = Date.now() / 1_000;
    await stack.configure({ devices: 2 });
    await stack.up();
    await targetsUp(["device-1", "device-2", "console", "lake", "dashboard"]);
    const values = (await samplesOf("kafka_iot_sim_messages_acknowledged_total")).get("device-1") ?? [];
    expect(values[0]?.[0]).toBeLessThan(beforeSeconds);
    expect(values.at(-1)?.[0]).toBeGreaterThan(beforeSeconds);
  });

  step("is destroyed without a trace", [], async () => {
    await stack.destroy();
    expect(await tracesOf(stack.name)).toEqual([]);
  });
});
