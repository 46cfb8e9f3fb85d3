import type {
  Condition,
  ConsumerFrame,
  NodeFrame,
  OverviewFrame,
} from "../../../../../../contract/frames/frames";
import { conditionWords, worstOf } from "../conditions";
import { formatCount, formatCounted, formatDuration, formatRate, formatShortCount } from "../format";
import { formatRoute } from "../routes";

/** A node of the topology. */
export interface TopologyNode {
  readonly id: string;
  readonly kind: "device" | "broker" | "coordinator" | "consumer" | "table" | "rest" | "none";
  readonly title: string;
  readonly detail: string;
  readonly condition: Condition;
  /** The whole node in words, for the tooltip and screen readers. */
  readonly description: string;
  readonly link: string;
  /** Messages a second that pass it. */
  readonly perSecond: number;
}

/** The parts of a stack, in the order in which messages pass them. */
export interface TopologyParts {
  readonly devices: readonly TopologyNode[];
  readonly brokers: readonly TopologyNode[];
  /** The members of the ZooKeeper ensemble, or the KRaft controllers that are no brokers. */
  readonly quorum: readonly TopologyNode[];
  readonly consumers: readonly TopologyNode[];
  /** The ids of consumers that write the table. */
  readonly writers: ReadonlySet<string>;
  readonly table: readonly TopologyNode[];
  readonly rates: { readonly published: number; readonly read: number; readonly rows: number };
}

/** @param max how many devices, and how many consumers, are drawn one by one */
export function topologyParts(overview: OverviewFrame, max: number): TopologyParts {
  const { brokers, coordinators, consumers, totals, lake } = overview;
  return {
    devices: deviceNodes(overview, max),
    brokers: brokers.map((broker) =>
      node(broker, "broker", {
        detail: `${formatRate(broker.messagesPerSecond)}/s · leads ${formatShortCount(broker.leads)}`,
        perSecond: broker.messagesPerSecond,
        view: "topics",
      }),
    ),
    quorum: coordinators.map((member) =>
      node(member, "coordinator", { detail: "", perSecond: 0, view: "topics" }),
    ),
    consumers: consumerNodes(consumers, max),
    writers: new Set(consumers.filter(writesTable).map(({ name }) => nodeId("consumer", name))),
    table: lake !== null || consumers.some(writesTable) ? [tableNode(overview)] : [],
    rates: {
      published: totals.messagesPerSecond,
      read: sum(consumers.map(({ messagesPerSecond }) => messagesPerSecond ?? 0)),
      rows: lake?.rowsPerSecond ?? 0,
    },
  };
}

function deviceNodes({ deviceContainers, totals }: OverviewFrame, max: number): TopologyNode[] {
  const { total, shown, byCondition } = deviceContainers;
  // A node "1 more" would take the same room.
  const drawn = total <= max + 1 ? shown : shown.slice(0, max);
  const nodes = drawn.map((container) =>
    node(container, "device", {
      detail: `${formatRate(container.messagesPerSecond)}/s${container.devices > 1 ? ` · ${formatCounted(container.devices, "device")}` : ""}`,
      perSecond: container.messagesPerSecond,
      view: "devices",
      search: container.devices > 1 ? "" : container.name,
    }),
  );
  if (total === 0) return [noDevices];
  const rest = total - drawn.length;
  if (rest === 0) return nodes;
  const perSecond = Math.max(0, totals.messagesPerSecond - sum(nodes.map((each) => each.perSecond)));
  const left = { ...byCondition };
  for (const { condition } of drawn) left[condition]--;
  return [...nodes, restNode("device", rest, left, perSecond, "devices")];
}

const noDevices: TopologyNode = {
  id: "no devices",
  kind: "none",
  title: "No devices",
  detail: "",
  condition: "unknown",
  description: "No devices",
  link: formatRoute({ view: "devices" }),
  perSecond: 0,
};

function consumerNodes(consumers: readonly ConsumerFrame[], max: number): TopologyNode[] {
  const drawn = consumers.length <= max + 1 ? consumers : unhealthyFirst(consumers).slice(0, max);
  const nodes = drawn.map((consumer) => {
    const { name, messagesPerSecond, lag, type } = consumer;
    const facts = [
      ...(messagesPerSecond === null
        ? type === name
          ? []
          : [type]
        : [`${formatRate(messagesPerSecond)}/s`]),
      ...(lag === null ? [] : [`lag ${formatShortCount(lag)}`]),
    ];
    return node(consumer, "consumer", {
      detail: facts.join(" · "),
      perSecond: messagesPerSecond ?? 0,
      view: type === "lake" ? "lake" : "topics",
    });
  });
  const rest = consumers.filter((consumer) => !drawn.includes(consumer));
  if (rest.length === 0) return nodes;
  const left: Record<Condition, number> = { healthy: 0, sick: 0, unreachable: 0, unknown: 0 };
  for (const { condition } of rest) left[condition]++;
  const perSecond = sum(rest.map(({ messagesPerSecond }) => messagesPerSecond ?? 0));
  return [...nodes, restNode("consumer", rest.length, left, perSecond, "topics")];
}

function tableNode({ lake, nowMs }: OverviewFrame): TopologyNode {
  const detail =
    lake === null
      ? "no table yet"
      : `${formatShortCount(lake.rows)} rows · ${formatDuration(Math.max(0, nowMs - lake.committedMs))} ago`;
  return {
    id: "table",
    kind: "table",
    title: "Delta table",
    detail,
    condition: lake === null ? "unknown" : "healthy",
    description:
      lake === null
        ? "Delta table, does not exist yet"
        : `Delta table, ${formatCount(lake.rows)} rows, version ${lake.version}`,
    link: formatRoute({ view: "lake" }),
    perSecond: lake?.rowsPerSecond ?? 0,
  };
}

function writesTable({ type }: ConsumerFrame): boolean {
  return type === "lake";
}

function nodeId(kind: TopologyNode["kind"], name: string): string {
  return `${kind} ${name}`;
}

function node(
  { name, condition, reason }: NodeFrame,
  kind: TopologyNode["kind"],
  shown: {
    readonly detail: string;
    readonly perSecond: number;
    readonly view: "devices" | "topics" | "lake";
    readonly search?: string;
  },
): TopologyNode {
  const { detail, perSecond, view, search = "" } = shown;
  return {
    id: nodeId(kind, name),
    kind,
    title: name,
    detail:
      condition === "unreachable" ? "unreachable" : condition === "sick" ? (reason ?? "unhealthy") : detail,
    condition,
    description: [name, conditionWords[condition], reason, detail].filter(Boolean).join(", "),
    link: formatRoute({ view, search }),
    perSecond,
  };
}

function restNode(
  of: "device" | "consumer",
  count: number,
  byCondition: Readonly<Record<Condition, number>>,
  perSecond: number,
  view: "devices" | "topics",
): TopologyNode {
  const conditions = (["unreachable", "sick", "unknown", "healthy"] as const).filter(
    (each) => byCondition[each] > 0,
  );
  const wrong = byCondition.unreachable + byCondition.sick;
  const title = `${formatCount(count)} more`;
  const detail = `${formatRate(perSecond)}/s${wrong > 0 ? ` · ${formatCount(wrong)} unhealthy` : ""}`;
  return {
    id: `rest of ${of}s`,
    kind: "rest",
    title,
    detail,
    condition: worstOf(conditions),
    description: `${title} containers of ${of}s, ${conditions.map((each) => `${formatCount(byCondition[each])} ${conditionWords[each]}`).join(", ")}`,
    link: formatRoute({ view }),
    perSecond,
  };
}

function unhealthyFirst(consumers: readonly ConsumerFrame[]): ConsumerFrame[] {
  return [...consumers].sort(
    (one, other) => Number(one.condition === "healthy") - Number(other.condition === "healthy"),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
