import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackOutputs } from "../../infra/targets/target";
import { root } from "../../tools/setup/environment.mjs";
import { eventually } from "../support/command";
import type { DashboardPage } from "../support/dashboard-page";
import type { PulumiStack } from "../support/pulumi-stack";

/** With UPDATE_PICTURES the pictures of the documentation are taken anew; without it they are for people who debug a test. */
const forDocumentation = process.env["UPDATE_PICTURES"] !== undefined;
export const pictures = forDocumentation
  ? join(root, "docs", "pictures")
  : join(tmpdir(), "kafka-iot-sim-pictures");

/** A stack with a dashboard, and a page of it in a browser. */
export interface DashboardSubject {
  readonly stack: PulumiStack;
  /** As of the latest update of the stack. */
  outputs: StackOutputs;
  readonly page: DashboardPage;
  /** The name of one of the stack's containers. */
  readonly container: (what: string) => string;
  /** The condition in which the page shows a node of the topology. */
  readonly condition: (name: string) => Promise<string | null>;
  /** Waits until the page shows a node in a condition. @returns the milliseconds that it took */
  readonly untilCondition: (name: string, wanted: string, withinMs: number) => Promise<number>;
  /** Takes a picture of the page; one for the documentation after a while, so that its curves are long. */
  readonly picture: (name: string, afterMs?: number) => Promise<unknown>;
}

export function dashboardSubject(
  stack: PulumiStack,
  outputs: StackOutputs,
  page: DashboardPage,
): DashboardSubject {
  const condition = (name: string) => page.node(name).getAttribute("data-condition");
  return {
    stack,
    outputs,
    page,
    container: (what) => `kafka-iot-sim-${stack.name}-${what}`,
    condition,
    untilCondition: async (name, wanted, withinMs) => {
      const startedMs = Date.now();
      await eventually(`${name} is shown as ${wanted}`, withinMs, async () =>
        (await condition(name)) === wanted ? true : undefined,
      );
      return Date.now() - startedMs;
    },
    picture: async (name, afterMs = 0) => {
      if (forDocumentation) await page.page.waitForTimeout(afterMs);
      await page.page.screenshot({ path: join(pictures, `dashboard-${name}.png`) });
    },
  };
}
