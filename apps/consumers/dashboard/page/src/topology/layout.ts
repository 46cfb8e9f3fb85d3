import type { TopologyNode, TopologyParts } from "./nodes";

/** A node with its place, in pixels. */
export interface PlacedNode {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A way of messages. */
export interface Edge {
  readonly id: string;
  readonly path: string;
  readonly perSecond: number;
  /** What it comes from or goes to does not answer. */
  readonly isBroken: boolean;
}

/** Where ways meet, with what goes through there a second. */
export interface Junction {
  readonly id: "published" | "read" | "rows";
  readonly x: number;
  readonly y: number;
  readonly perSecond: number;
}

export interface TopologyLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly Edge[];
  /** Between brokers and what coordinates them. */
  readonly ties: readonly string[];
  readonly junctions: readonly Junction[];
}

/** Below this width parts stand below each other instead of side by side. */
export const narrowBelow = 720;

const nodeHeight = 52;
const compactHeight = 32;
/** Their names are long, and beside them there is room. */
const coordinatorWidth = 152;
const [gap, compactGap, coordinatorGap, junctionRoom] = [10, 6, 22, 64];

const heightOf = ({ kind }: TopologyNode) => (kind === "coordinator" ? compactHeight : nodeHeight);

/** Places everything in a picture of this width. */
export function layOut(parts: TopologyParts, width: number): TopologyLayout {
  return width < narrowBelow ? layOutRows(parts, width) : layOutColumns(parts, width);
}

function layOutColumns(parts: TopologyParts, width: number): TopologyLayout {
  const nodeWidth = Math.round(Math.min(232, Math.max(140, width * 0.17)));
  const between = (width - 4 * nodeWidth) / 3;
  const columns = [parts.devices, parts.brokers, parts.consumers, parts.table];
  const heights = columns.map((column) => column.length * (nodeHeight + gap) - gap);
  const coordinatorsHeight =
    parts.coordinators.length === 0
      ? 0
      : coordinatorGap + parts.coordinators.length * (compactHeight + compactGap) - compactGap;
  const axisY = Math.max(nodeHeight, ...heights) / 2;
  const brokersEnd = axisY + (heights[1] ?? 0) / 2;
  const x = (column: number) => Math.round(column * (nodeWidth + between));

  const placed = columns.map((column, index) =>
    column.map((node, row): PlacedNode => ({
      node,
      x: x(index),
      y: axisY - (heights[index] ?? 0) / 2 + row * (nodeHeight + gap),
      width: nodeWidth,
      height: nodeHeight,
    })),
  );
  const coordinators = parts.coordinators.map((node, row): PlacedNode => ({
    node,
    x: x(1) + 14,
    y: brokersEnd + coordinatorGap + row * (compactHeight + compactGap),
    width: Math.max(nodeWidth - 14, coordinatorWidth),
    height: compactHeight,
  }));
  const [devices = [], brokers = [], consumers = [], table = []] = placed;
  const writers = consumers.filter(({ node }) => parts.writers.has(node.id));
  const junctions = junctionsOf(parts, (index) => ({
    x: x(index) + nodeWidth + between / 2,
    y: axisY,
  }));
  const [published, read, rows] = junctions;
  const edges = [
    ...joined(devices, published, brokers),
    ...joined(brokers, read, consumers),
    ...joined(writers, rows, table, parts.rates.rows),
  ];
  return {
    width,
    height: Math.max(axisY * 2, brokersEnd + coordinatorsHeight),
    nodes: [...devices, ...brokers, ...coordinators, ...consumers, ...table],
    edges,
    ties: coordinators.map(({ y }) => {
      const left = x(1) + 5;
      return `M${left} ${brokersEnd}V${y + compactHeight / 2}H${left + 9}`;
    }),
    junctions: junctions.filter(({ id }) => edges.some((each) => each.id.includes(id))),
  };
}

function junctionsOf(
  parts: TopologyParts,
  place: (index: number) => { readonly x: number; readonly y: number },
): readonly [Junction, Junction, Junction] {
  const { published, read, rows } = parts.rates;
  return [
    { id: "published", ...place(0), perSecond: published },
    { id: "read", ...place(1), perSecond: read },
    { id: "rows", ...place(2), perSecond: rows },
  ];
}

/** Ways from some nodes to where they meet, and from there to others. @param rate of all, where those nodes' own is of something else */
function joined(
  from: readonly PlacedNode[],
  junction: Junction,
  to: readonly PlacedNode[],
  rate?: number,
): Edge[] {
  const into = from.map((placed): Edge => {
    const [x, y] = [placed.x + placed.width, placed.y + placed.height / 2];
    return edge(
      `${placed.node.id} → ${junction.id}`,
      placed.node,
      curve(x, y, junction.x, junction.y),
      rate,
      from.length,
    );
  });
  const out = to.map((placed): Edge => {
    const y = placed.y + placed.height / 2;
    return edge(
      `${junction.id} → ${placed.node.id}`,
      placed.node,
      curve(junction.x, junction.y, placed.x, y),
      rate,
      to.length,
    );
  });
  return from.length === 0 || to.length === 0 ? [] : [...into, ...out];
}

function edge(id: string, node: TopologyNode, path: string, rate: number | undefined, sharers: number): Edge {
  return {
    id,
    path,
    perSecond: rate === undefined ? node.perSecond : rate / sharers,
    isBroken: node.condition === "unreachable",
  };
}

function curve(fromX: number, fromY: number, toX: number, toY: number): string {
  const middle = (fromX + toX) / 2;
  return `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${toX} ${toY}`;
}

function layOutRows(parts: TopologyParts, width: number): TopologyLayout {
  const nodes: PlacedNode[] = [];
  const ends: { readonly top: number; readonly bottom: number }[] = [];
  let y = 0;
  const { devices, brokers, coordinators, consumers, table } = parts;
  for (const part of [[devices], [brokers, coordinators], [consumers], [table]]) {
    const top = y;
    for (const kind of part) {
      const placed = inGrid(kind, width, y);
      nodes.push(...placed);
      y = Math.max(y, ...placed.map((each) => each.y + each.height + gap));
    }
    ends.push({ top, bottom: y - gap });
    y += junctionRoom - gap;
  }
  const x = width / 2;
  const junctions = junctionsOf(parts, (index) => ({ x, y: (ends[index]?.bottom ?? 0) + junctionRoom / 2 }));
  const edges = junctions.map(({ id, perSecond }, index): Edge => ({
    id,
    path: `M${x} ${ends[index]?.bottom ?? 0}V${ends[index + 1]?.top ?? 0}`,
    perSecond,
    isBroken: false,
  }));
  return { width, height: y - junctionRoom, nodes, edges, ties: [], junctions };
}

/** Nodes in rows of two; where there is one alone it takes the row. */
function inGrid(part: readonly TopologyNode[], width: number, top: number): PlacedNode[] {
  const perRow = part.length === 1 ? 1 : 2;
  const nodeWidth = (width - (perRow - 1) * gap) / perRow;
  let y = top;
  return part.map((node, index) => {
    const height = heightOf(node);
    const placed = { node, x: (index % perRow) * (nodeWidth + gap), y, width: nodeWidth, height };
    const next = part[index + 1];
    const isRowFull = index % perRow === perRow - 1;
    if (isRowFull || next === undefined) y += height + gap;
    return placed;
  });
}

/** How fast dots go for a rate, in pixels a second: a thousand times as many messages cannot go a thousand times as fast. */
export function dotSpeed(messagesPerSecond: number): number {
  return messagesPerSecond <= 0 ? 0 : 10 + 22 * Math.log10(1 + messagesPerSecond);
}
