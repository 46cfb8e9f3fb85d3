import type { CommitFrame, LakeFrame, LakeSummary } from "../../../../../../contract/frames/frames";
import { barOptions } from "../curves/plot";
import { useDashboard } from "../dashboard";
import { formatBytes, formatCount, formatCounted, formatDuration, formatRate, formatTime } from "../format";
import { Figure, Notice, Table, Waiting } from "../parts/blocks";
import { CountPlot } from "../parts/count-plot";

const minuteMs = 60_000;

/** The Delta table. */
export function LakeView({ frame }: { readonly frame: LakeFrame | undefined }) {
  return (
    <>
      <div class="view-head">
        <h1>Lake</h1>
      </div>
      {frame === undefined ? (
        <Waiting />
      ) : frame.summary === null ? (
        <Notice title="No table yet">
          The lake creates it with its first commit, after the first observations.
        </Notice>
      ) : (
        <>
          <Summary summary={frame.summary} minuteCount={frame.minuteCount} />
          <Minutes frame={frame} />
          <Commits commits={frame.commits} />
        </>
      )}
    </>
  );
}

function Summary({ summary, minuteCount }: { readonly summary: LakeSummary; readonly minuteCount: number }) {
  const { nowMs } = useDashboard();
  const { freshnessMs, files, bytes } = summary;
  return (
    <dl class="figures panel" aria-label="The table">
      <Figure label="Rows" hook="lake-rows" note={`${formatRate(summary.rowsPerSecond)} a second`}>
        {formatCount(summary.rows)}
      </Figure>
      <Figure
        label="Files"
        hook="lake-files"
        note={files === 0 ? "none" : `${formatBytes(bytes / files)} on average`}
      >
        {formatCount(files)}
      </Figure>
      <Figure label="Size" hook="lake-bytes" note={formatCounted(minuteCount, "partition")}>
        {formatBytes(bytes)}
      </Figure>
      <Figure
        label="Version"
        hook="lake-version"
        note={`committed ${formatDuration(Math.max(0, nowMs - summary.committedMs))} ago`}
      >
        {formatCount(summary.version)}
      </Figure>
      <Figure label="Dead letters" hook="lake-dead-letters">
        {formatCount(summary.deadLetters)}
      </Figure>
      <Figure
        label="Freshness"
        hook="lake-freshness"
        note={
          freshnessMs === null
            ? "no recent rows"
            : `90 % within ${formatDuration(freshnessMs.p90)}, 99 % within ${formatDuration(freshnessMs.p99)}`
        }
      >
        {freshnessMs === null ? "–" : formatDuration(freshnessMs.p50)}
      </Figure>
    </dl>
  );
}

function Minutes({ frame: { minutes, minuteCount } }: { readonly frame: LakeFrame }) {
  const [first, last] = [minutes[0]?.timeMs, minutes.at(-1)?.timeMs];
  if (first === undefined || last === undefined) return null;
  const shown =
    minutes.length < minuteCount
      ? `, the latest ${formatCount(minutes.length)} of ${formatCount(minuteCount)}`
      : "";
  return (
    <section class="panel" aria-labelledby="minutes">
      <h2 id="minutes">
        Rows by minute of observation<span class="faint">{shown}</span>
      </h2>
      <CountPlot
        label={`Rows by minute from ${formatTime(first, last)} to ${formatTime(last, last)}`}
        times={minutes.map(({ timeMs }) => timeMs)}
        counts={minutes.map(({ rows }) => rows)}
        // At least a quarter of an hour: the bars of a shorter span would be too wide.
        range={[Math.min(first, last - 14 * minuteMs), last + minuteMs]}
        options={bars}
      />
    </section>
  );
}

const bars = () => barOptions("--series-1");

function Commits({ commits }: { readonly commits: readonly CommitFrame[] }) {
  const { nowMs } = useDashboard();
  return (
    <section class="panel" aria-labelledby="commits">
      <h2 id="commits">Latest commits</h2>
      <Table label="Latest commits">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Time</th>
            <th scope="col">Operation</th>
            <th scope="col" class="number">
              Rows added
            </th>
            <th scope="col" class="number">
              Files added
            </th>
            <th scope="col" class="number">
              Files removed
            </th>
          </tr>
        </thead>
        <tbody>
          {commits.map(({ version, timeMs, operation, rowsAdded, filesAdded, filesRemoved }) => (
            <tr key={version} data-testid="commit" data-version={version}>
              <th scope="row">{formatCount(version)}</th>
              <td>{formatTime(timeMs, nowMs)}</td>
              <td>{operation}</td>
              <td class="number">{formatCount(rowsAdded)}</td>
              <td class="number">{formatCount(filesAdded)}</td>
              <td class="number">{formatCount(filesRemoved)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
