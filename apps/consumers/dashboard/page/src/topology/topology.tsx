import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { OverviewFrame } from "../../../../../../contract/frames/frames";
import { formatRate, formatShortCount } from "../format";
import { ConditionMark } from "../parts/condition-mark";
import { endFlow, setFlow } from "./flow-animation";
import { type Edge, type Junction, layOut, narrowBelow, type PlacedNode } from "./layout";
import { topologyParts } from "./nodes";

const maxNodes = 6;
const maxNodesNarrow = 3;

/** The stack as a picture: devices, brokers, consumers and the table, with the messages between them. */
export function Topology({ overview }: { readonly overview: OverviewFrame }) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    const resizes = new ResizeObserver(() => setWidth(element.clientWidth));
    resizes.observe(element);
    return () => resizes.disconnect();
  }, []);
  return (
    <div class="topology" ref={host} role="group" aria-label="Topology">
      {width > 0 && <Picture overview={overview} width={width} />}
    </div>
  );
}

function Picture({ overview, width }: { readonly overview: OverviewFrame; readonly width: number }) {
  const layout = layOut(topologyParts(overview, width < narrowBelow ? maxNodesNarrow : maxNodes), width);
  return (
    <div class="topology-picture" style={{ height: `${layout.height}px` }}>
      <svg width={layout.width} height={layout.height} aria-hidden="true">
        {layout.ties.map((path) => (
          <path key={path} class="tie" d={path} />
        ))}
        {layout.edges.map((edge) => (
          <Flow key={edge.id} edge={edge} />
        ))}
      </svg>
      <ul>
        {layout.nodes.map((placed) => (
          <Node key={placed.node.id} placed={placed} />
        ))}
      </ul>
      {layout.junctions.map((junction) => (
        <Meeting key={junction.id} junction={junction} />
      ))}
    </div>
  );
}

function Flow({ edge: { id, path, perSecond, isBroken } }: { readonly edge: Edge }) {
  const dots = useRef<SVGPathElement>(null);
  const rate = isBroken ? 0 : perSecond;
  useLayoutEffect(() => {
    if (dots.current !== null) setFlow(dots.current, rate);
  }, [rate]);
  useLayoutEffect(() => {
    const element = dots.current;
    return () => {
      if (element !== null) endFlow(element);
    };
  }, []);
  return (
    <g class={`edge ${isBroken ? "edge-broken" : rate > 0 ? "edge-flowing" : ""}`} data-edge={id}>
      <path class="edge-line" d={path} />
      <path class="edge-dots" d={path} ref={dots} />
    </g>
  );
}

function Node({ placed: { node, x, y, width, height } }: { readonly placed: PlacedNode }) {
  const { kind, title, detail, condition, description, link } = node;
  return (
    <li
      class={`node node-${kind} node-is-${condition}`}
      style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}
      data-testid="node"
      data-kind={kind}
      data-name={title}
      data-condition={condition}
    >
      <a href={link} title={description}>
        <ConditionMark condition={condition} {...(kind === "none" && { label: false })} />
        <span class="node-title">{title}</span>
        {detail !== "" && <span class="node-detail">{detail}</span>}
      </a>
    </li>
  );
}

const meanings: Readonly<Record<Junction["id"], string>> = {
  published: "Messages that devices publish a second",
  read: "Messages that consumers read a second",
  rows: "Rows that come to the table a second",
};

function Meeting({ junction: { id, x, y, perSecond } }: { readonly junction: Junction }) {
  return (
    <span
      class="junction"
      style={{ left: `${x}px`, top: `${y}px` }}
      title={meanings[id]}
      aria-label={`${meanings[id]}: ${formatRate(perSecond)}`}
      role="img"
      data-testid={`rate-${id}`}
    >
      {perSecond < 10_000 ? formatRate(perSecond) : formatShortCount(perSecond)}/s
    </span>
  );
}
