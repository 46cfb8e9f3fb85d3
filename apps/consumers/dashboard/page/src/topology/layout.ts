import type { TopologyNode, TopologyParts } from "./nodes";

/** A node with its position, in pixels. */
export interface PlacedNode {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A path of messages. */
export interface Edge {
  readonly id: string;
  readonly path: string;
  readonly perSecond: number;
  /** One of its ends does not answer. */
  readonly isBroken: boolean;
}

/** A point where paths meet, with the messages a second that pass it. */
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
  /** Between the brokers and their ZooKeeper ensemble or controllers. */
  readonly ties: readonly string[];
  readonly junctions: readonly Junction[];
}

/** Below this width the parts are stacked instead of side by side. */
export const narrowBelow = 720;

const nodeHeight = 52;
const compactHeight = 32;
/** Wider than other nodes: their names are long, and they have room. */
const quorumWidth = 152;
const [gap, compactGap, quorumGap, junctionRoom] = [10, 6, 22, 64];

const heightOf = ({ kind }: TopologyNode) => (kind === "coordinator" ? compactHeight : nodeHeight);

/** Places all nodes and paths in a picture of this width. */
export function layOut(parts: TopologyParts, width: number): TopologyLayout {
  return width < narrowBelow ? layOutRows(parts, width) : layOutColumns(parts, width);
}

function layOutColumns(parts: TopologyParts, width: number): TopologyLayout {
  const nodeWidth = Math.round(Math.min(232, Math.max(140, width * 0.17)));
  const between = (width - 4 * nodeWidth) / 3;
  const columns = [parts.devices, parts.brokers, parts.consumers, parts.table];
  const heights = columns.map((column) => column.length * (nodeHeight + gap) - gap);
  const quorumHeight =
    parts.quorum.length === 0
      ? 0
      : quorumGap + parts.quorum.length * (compactHeight + compactGap) - compactGap;
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
  const quorum = parts.quorum.map((node, row): PlacedNode => ({
    node,
    x: x(1) + 14,
    y: brokersEnd + quorumGap + row * (compactHeight + compactGap),
    width: Math.max(nodeWidth - 14, quorumWidth),
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
    height: Math.max(axisY * 2, brokersEnd + quorumHeight),
    nodes: [...devices, ...brokers, ...quorum, ...consumers, ...table],
    edges,
    ties: quorum.map(({ y }) => {
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

/** Paths from some nodes through a junction to others. @param rate of all paths together, if it is not the nodes' own */
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
  const { devices, brokers, quorum, consumers, table } = parts;
  for (const part of [[devices], [brokers, quorum], [consumers], [table]]) {
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

/** Nodes in rows of two; a single node takes the row. */
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

/** The speed of dots for a rate, in pixels a second: it grows with the logarithm, so that high rates can be shown. */
export function dotSpeed(messagesPerSecond: number): number {
  return messagesPerSecond <= 0 ? 0 : 10 + 22 * Math.log10(1 + messagesPerSecond);
}
