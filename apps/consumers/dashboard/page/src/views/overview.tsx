import type { LakeSummary, OverviewFrame } from "../../../../../../contract/frames/frames";
import { verdictOf } from "../../../../../../contract/frames/verdict";
import { countOptions } from "../curves/plot";
import { useDashboard } from "../dashboard";
import { formatBytes, formatClock, formatCount, formatCounted, formatDuration, formatRate } from "../format";
import { Figure, Waiting } from "../parts/blocks";
import { CountPlot } from "../parts/count-plot";
import { DeliveryFlow, VerdictLine } from "../parts/delivery-proof";
import { formatRoute } from "../routes";
import { Topology } from "../topology/topology";

/** The whole stack at a glance. */
export function OverviewView({ overview }: { readonly overview: OverviewFrame | undefined }) {
  if (overview === undefined) return <Waiting />;
  return (
    <>
      <h1 class="unseen">Overview</h1>
      <section class="panel panel-topology" aria-label="Topology">
        <Topology overview={overview} />
      </section>
      <div class="panels">
        <Traffic overview={overview} />
        <Lake lake={overview.lake} nowMs={overview.nowMs} />
        <section class="panel panel-wide" aria-labelledby="conservation-summary">
          <h2 id="conservation-summary">
            <a href={formatRoute({ view: "conservation" })}>Delivery proof</a>
          </h2>
          <VerdictLine verdict={verdictOf(overview.conservation, { clock: formatClock })} />
          <DeliveryFlow totals={overview.conservation} />
        </section>
      </div>
    </>
  );
}

const shownMs = [30_000, 60_000, 120_000, 300_000] as const;

/** The time since the page was opened, rounded up: an axis that grows all the time cannot be read. */
function shownSpanMs(times: readonly number[], nowMs: number): number {
  const lengthMs = nowMs - (times[0] ?? nowMs);
  return shownMs.find((spanMs) => spanMs >= lengthMs) ?? 300_000;
}

function Traffic({ overview: { totals, nowMs } }: { readonly overview: OverviewFrame }) {
  const { traffic } = useDashboard();
  const { topics, partitions, underReplicated, leaderless } = totals;
  return (
    <section class="panel" aria-labelledby="traffic">
      <h2 id="traffic">
        <a href={formatRoute({ view: "topics" })}>Traffic</a>
        <span class="faint">, messages a second since this page was opened</span>
      </h2>
      <CountPlot
        label={`Messages a second, now ${formatRate(totals.messagesPerSecond)}`}
        times={traffic.times}
        counts={traffic.rates}
        range={[nowMs - shownSpanMs(traffic.times, nowMs), nowMs]}
        options={trafficOptions}
      />
      <dl class="figures">
        <Figure label="In topics" hook="messages">
          {formatCount(totals.messages)}
        </Figure>
        <Figure label="Sensors" hook="sensors">
          {formatCount(totals.sensors)}
        </Figure>
        <Figure label="Topics" hook="topics" note={formatCounted(partitions, "partition")}>
          {formatCount(topics)}
        </Figure>
        <Figure
          label="Replicas"
          hook="replication"
          tone={leaderless > 0 ? "bad" : underReplicated > 0 ? "warning" : undefined}
          note={leaderless > 0 ? `${formatCount(leaderless)} without a leader` : "of partitions in sync"}
        >
          {partitions === 0
            ? "–"
            : `${formatCount(partitions - underReplicated)} / ${formatCount(partitions)}`}
        </Figure>
      </dl>
    </section>
  );
}

const trafficOptions = () => countOptions("--series-1");

function Lake({ lake, nowMs }: { readonly lake: LakeSummary | null; readonly nowMs: number }) {
  return (
    <section class="panel" aria-labelledby="lake-summary">
      <h2 id="lake-summary">
        <a href={formatRoute({ view: "lake" })}>Lake</a>
      </h2>
      {lake === null ? (
        <p class="nothing-yet">No table yet</p>
      ) : (
        <dl class="figures figures-two">
          <Figure label="Rows" hook="rows" note={`${formatRate(lake.rowsPerSecond)} a second`}>
            {formatCount(lake.rows)}
          </Figure>
          <Figure
            label="Version"
            hook="version"
            note={`${formatDuration(Math.max(0, nowMs - lake.committedMs))} ago`}
          >
            {formatCount(lake.version)}
          </Figure>
          <Figure label="Files" hook="files" note={formatBytes(lake.bytes)}>
            {formatCount(lake.files)}
          </Figure>
          <Figure label="Dead letters" hook="dead-letters">
            {formatCount(lake.deadLetters)}
          </Figure>
          <Figure label="Freshness" hook="freshness" note="from Kafka to the row, median">
            {lake.freshnessMs === null ? "–" : formatDuration(lake.freshnessMs.p50)}
          </Figure>
          <Figure label="99 % within" hook="freshness-p99">
            {lake.freshnessMs === null ? "–" : formatDuration(lake.freshnessMs.p99)}
          </Figure>
        </dl>
      )}
    </section>
  );
}
