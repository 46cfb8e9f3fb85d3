import type { OverviewFrame } from "../../../../../../contract/frames/frames";
import { useCell } from "../cell";
import { screenLatencyMs } from "../curves/redraw";
import { useDashboard } from "../dashboard";
import { formatCount, formatDuration, formatRate } from "../format";
import { Figure } from "../parts/blocks";
import { formatRoute, type Route } from "../routes";
import type { ConnectionState } from "../stream/page-state";
import { theme, type Theme } from "../theme";
import { navigation, nextTheme } from "./shortcuts";

/** The page's head: the stack's name, its rates, and the navigation. */
export function Header({
  route,
  overview,
  connection,
  openHelp,
}: {
  readonly route: Route;
  readonly overview: OverviewFrame | undefined;
  readonly connection: ConnectionState;
  readonly openHelp: () => void;
}) {
  return (
    <header class="top">
      <div class="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <rect width="32" height="32" rx="7" />
          <path d="M4 17h5l3-8 5 15 4-11 2 4h5" />
        </svg>
        <span class="brand-name">kafka-iot-sim</span>
        <span class="brand-stack" data-testid="stack">
          {overview?.stack}
        </span>
        <Connected connection={connection} />
      </div>
      <nav class="views" aria-label="Views">
        {navigation.map(({ key, view, title }) => (
          <a
            key={view}
            href={formatRoute({ view })}
            aria-keyshortcuts={key}
            aria-current={(route.view === "device" ? "devices" : route.view) === view ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {overview !== undefined && <Totals overview={overview} />}
      <div class="tools">
        <ThemeButton />
        <button type="button" class="tool" onClick={openHelp} aria-label="Keys" title="Keys (?)">
          ?
        </button>
      </div>
    </header>
  );
}

const connectionWords: Readonly<Record<ConnectionState, string>> = {
  connecting: "connecting",
  open: "live",
  lost: "trying again",
};

function Connected({ connection }: { readonly connection: ConnectionState }) {
  return (
    <span
      class={`connection connection-${connection}`}
      data-testid="connection"
      data-state={connection}
      role="status"
    >
      {connectionWords[connection]}
    </span>
  );
}

function Totals({ overview: { totals } }: { readonly overview: OverviewFrame }) {
  return (
    <dl class="totals">
      <Figure label="Devices" hook="devices">
        {formatCount(totals.devices)}
      </Figure>
      <Figure label="Messages" hook="messages-per-second">
        {formatRate(totals.messagesPerSecond)}/s
      </Figure>
      <Latency latencyMs={totals.latencyMs} />
    </dl>
  );
}

/** The latency to the screen if curves are drawn; otherwise to the server, plus that of its frame. */
function Latency({ latencyMs }: { readonly latencyMs: OverviewFrame["totals"]["latencyMs"] }) {
  const drawnMs = useCell(screenLatencyMs);
  const { clock } = useDashboard();
  const serverMs = latencyMs === null ? undefined : latencyMs.p50 + clock.transitMs;
  const shownMs = drawnMs ?? serverMs;
  return (
    <Figure label="Sensor → screen" hook="latency">
      <span title="Median of the last seconds: from the time of an observation to this page">
        {shownMs === undefined ? "–" : formatDuration(shownMs)}
      </span>
    </Figure>
  );
}

const signs: Readonly<Record<Theme, string>> = { system: "◐", light: "☀", dark: "☾" };
const names: Readonly<Record<Theme, string>> = { system: "the system's", light: "light", dark: "dark" };

function ThemeButton() {
  const chosen = useCell(theme);
  return (
    <button
      type="button"
      class="tool"
      onClick={nextTheme}
      aria-label={`Colours: ${names[chosen]}`}
      title={`Colours: ${names[chosen]} (t)`}
      data-testid="theme"
    >
      {signs[chosen]}
    </button>
  );
}
