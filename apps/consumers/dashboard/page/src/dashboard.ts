import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { StreamEvents } from "../../../../../contract/frames/frames";
import { Cell } from "./cell";
import { CurveStore } from "./curves/device-curves";
import { RedrawScheduler, updateScreenLatency } from "./curves/redraw";
import { type Route, streamUrl } from "./routes";
import { Connection } from "./stream/connection";
import {
  emptyState,
  forAnotherRoute,
  type PageState,
  ServerClock,
  TrafficHistory,
  withFrame,
  withoutServer,
} from "./stream/page-state";

/** The state of the page, from the server's stream. */
export class Dashboard {
  readonly state = new Cell<PageState>(emptyState);
  readonly redraws = new RedrawScheduler();
  readonly curves = new CurveStore(this.redraws.schedule);
  readonly traffic = new TrafficHistory();
  readonly clock = new ServerClock();
  private route: Route | undefined;
  private readonly connection = new Connection({
    receive: (name, frame) => this.receive(name, frame),
    lose: () => (this.state.value = withoutServer(this.state.value, Date.now())),
  });

  /** Follows the stream of a route. */
  show(route: Route): void {
    const { route: before } = this;
    this.route = route;
    if (before !== undefined && (before.view !== route.view || before.device !== route.device))
      this.state.value = forAnotherRoute(this.state.value);
    this.connection.follow(streamUrl(route));
  }

  /** A page that is not visible costs the server nothing. */
  setVisible(isVisible: boolean): void {
    if (isVisible) this.connection.resume();
    else this.connection.pause();
  }

  /** The present time of the server. */
  get nowMs(): number {
    return this.clock.at(Date.now());
  }

  private receive<Name extends keyof StreamEvents>(name: Name, frame: StreamEvents[Name]): void {
    if (name === "points") {
      this.curves.add(frame as StreamEvents["points"]);
      return;
    }
    const frames = { [name]: frame } as Partial<StreamEvents>;
    if (frames.overview !== undefined) {
      this.clock.note(frames.overview.nowMs, Date.now());
      this.traffic.add(frames.overview);
      updateScreenLatency();
      this.redraws.schedule();
    }
    if (frames.devices !== undefined) this.curves.load(frames.devices, this.nowMs);
    this.state.value = withFrame(this.state.value, name as Exclude<Name, "points">, frame as never);
  }
}

export const DashboardContext = createContext<Dashboard | undefined>(undefined);

/** The page's dashboard. */
export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new Error("this component is outside of the dashboard");
  return dashboard;
}
