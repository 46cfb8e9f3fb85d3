import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { AlarmList } from "../alarms/alarm-list";
import { alarmsOf } from "../alarms/alarms";
import { useCell } from "../cell";
import { useDashboard } from "../dashboard";
import { useRoute } from "../navigation";
import type { Route } from "../routes";
import type { Frames } from "../stream/page-state";
import { ConservationView } from "../views/conservation";
import { DeviceView } from "../views/device";
import { DevicesView } from "../views/devices";
import { LakeView } from "../views/lake";
import { OverviewView } from "../views/overview";
import { TopicsView } from "../views/topics";
import { Header } from "./header";
import { Help } from "./help";
import { useShortcuts } from "./shortcuts";
import { navigation } from "./views";

/** The whole page. */
export function Page() {
  const dashboard = useDashboard();
  const route = useRoute();
  const state = useCell(dashboard.state);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const main = useRef<HTMLElement>(null);
  useShortcuts(openHelp);
  useEffect(() => dashboard.show(route), [dashboard, route]);
  const { overview } = state.frames;
  useEffect(() => {
    document.title = [titleOf(route), overview?.stack, "kafka-iot-sim"].filter(Boolean).join(" · ");
  }, [route, overview?.stack]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to what is shown
      </button>
      <Header route={route} overview={overview} connection={state.connection} openHelp={openHelp} />
      <AlarmList alarms={alarmsOf(state)} />
      <main
        ref={main}
        tabIndex={-1}
        class={state.connection === "lost" ? "is-lost" : ""}
        data-view={route.view}
      >
        <ViewOf route={route} frames={state.frames} />
      </main>
      <Help isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
    </>
  );
}

function titleOf({ view, device }: Route): string {
  return device ?? navigation.find((place) => place.view === view)?.title ?? "";
}

function ViewOf({ route, frames }: { readonly route: Route; readonly frames: Frames }) {
  switch (route.view) {
    case "overview":
      return <OverviewView overview={frames.overview} />;
    case "devices":
      return <DevicesView route={route} frame={frames.devices} />;
    case "device":
      return <DeviceView route={route} frame={frames.devices} />;
    case "topics":
      return <TopicsView route={route} frame={frames.topics} />;
    case "lake":
      return <LakeView frame={frames.lake} />;
    case "conservation":
      return <ConservationView route={route} frame={frames.conservation} />;
  }
}
