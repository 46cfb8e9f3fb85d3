import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { makePlot } from "../curves/plot";
import { useDashboard } from "../dashboard";
import { colourChanges } from "../theme";

/** A plot of counts over time, drawn again with each new count. @param label its text for screen readers */
export function CountPlot({
  label,
  times,
  counts,
  range,
  options,
}: {
  readonly label: string;
  readonly times: readonly number[];
  readonly counts: readonly number[];
  readonly range: readonly [fromMs: number, toMs: number];
  /** Does not change while the plot exists. */
  readonly options: () => Omit<uPlot.Options, "width" | "height">;
}) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const { redraws } = useDashboard();
  const drawNow = useRef<() => void>(() => {});
  drawNow.current = () => {
    plot.current?.batch(() => {
      plot.current?.setData([times as number[], counts as number[]], false);
      plot.current?.setScale("x", { min: range[0], max: range[1] });
    });
  };
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = (plot.current = makePlot(element, options()));
    const resizes = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    resizes.observe(element);
    const ends = [redraws.add(() => drawNow.current()), colourChanges.subscribe(() => made.redraw())];
    drawNow.current();
    return () => {
      for (const end of ends) end();
      resizes.disconnect();
      made.destroy();
    };
  }, [redraws]);
  return <div class="count-plot" ref={host} role="img" aria-label={label} />;
}
