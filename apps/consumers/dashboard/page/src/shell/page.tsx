import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Alarm, alarmsOf } from "../alarms/alarms";
import { useCell } from "../cell";
import { useDashboard } from "../dashboard";
import { ConditionMark } from "../parts/condition-mark";
import { type Route, useRoute } from "../routes";
import type { Frames } from "../stream/page-state";
import { DeliveryProofView } from "../views/delivery-proof";
import { DeviceView } from "../views/device";
import { DevicesView } from "../views/devices";
import { LakeView } from "../views/lake";
import { OverviewView } from "../views/overview";
import { TopicsView } from "../views/topics";
import { Header } from "./header";
import { navigation, shortcuts, useShortcuts } from "./shortcuts";

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
        Skip to the content
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
      return <DeliveryProofView route={route} frame={frames.conservation} />;
  }
}

/** On narrow screens alarms must not hide the page. */
const maxAlarms = matchMedia("(width < 620px)").matches ? 2 : 6;

/** The present problems. The element always exists, so that screen readers announce new ones. */
function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? alarms : alarms.slice(0, maxAlarms);
  return (
    <div class="alarms" role="alert" aria-atomic="false" data-testid="alarms">
      {shown.map(({ id, level, text, link }) => (
        <p key={id} class={`alarm alarm-${level}`} data-alarm={id}>
          <ConditionMark condition={level === "bad" ? "unreachable" : "sick"} label={false} />
          {link === undefined ? <span>{text}</span> : <a href={link}>{text}</a>}
        </p>
      ))}
      {alarms.length > maxAlarms && (
        <button
          type="button"
          class="quiet alarm-more"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Show fewer" : `and ${alarms.length - maxAlarms} more`}
        </button>
      )}
    </div>
  );
}

/** The list of keys. */
function Help({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {shortcuts.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
