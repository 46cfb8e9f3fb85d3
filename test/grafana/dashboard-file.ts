import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/setup/environment.mjs";

/** The fields of a panel that tests check. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

/** The fields of Grafana's dashboard format that tests check. */
export interface GrafanaDashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

/** The dashboard that users import. */
export function grafanaDashboard(): GrafanaDashboard {
  const file = join(root, "docs", "grafana", "kafka-iot-sim.json");
  return JSON.parse(readFileSync(file, "utf8")) as GrafanaDashboard;
}
