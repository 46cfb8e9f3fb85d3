import { dotSpeed } from "./layout";

/** The distance of dots, in pixels; the dash pattern in the style must have the same. */
const dotDistance = 18;
/** The interval of steps: each one costs a redraw, and more would not look smoother. */
const stepMs = 33;

interface Flow {
  pixelsPerSecond: number;
  offset: number;
}

const flows = new Map<SVGPathElement, Flow>();
const prefersStillness = matchMedia("(prefers-reduced-motion: reduce)");
let isRunning = false;
let lastMs = 0;

/** Moves dots along a path from now on, or changes their speed. */
export function setFlow(path: SVGPathElement, messagesPerSecond: number): void {
  const flow = flows.get(path) ?? { pixelsPerSecond: 0, offset: 0 };
  flow.pixelsPerSecond = dotSpeed(messagesPerSecond);
  flows.set(path, flow);
  start();
}

export function endFlow(path: SVGPathElement): void {
  flows.delete(path);
}

function start(): void {
  if (isRunning) return;
  isRunning = true;
  lastMs = performance.now();
  requestAnimationFrame(step);
}

function step(nowMs: number): void {
  if (flows.size === 0 || prefersStillness.matches) {
    isRunning = false;
    return;
  }
  requestAnimationFrame(step);
  const passedMs = nowMs - lastMs;
  if (passedMs < stepMs) return;
  lastMs = nowMs;
  for (const [path, flow] of flows) {
    if (flow.pixelsPerSecond === 0) continue;
    // Time passes without steps in a hidden tab: dots need not catch up.
    flow.offset = (flow.offset + flow.pixelsPerSecond * Math.min(0.1, passedMs / 1_000)) % dotDistance;
    path.style.strokeDashoffset = String(-flow.offset);
  }
}
