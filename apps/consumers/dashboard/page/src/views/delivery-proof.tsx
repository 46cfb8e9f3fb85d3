import type { ReconciliationFrame, ReconciliationRow, Gap } from "../../../../../../contract/frames/frames";
import { verdictOf } from "../../../../../../contract/frames/verdict";
import { formatClock, formatCount, formatName } from "../format";
import { Notice, Table, Waiting } from "../parts/blocks";
import { ConditionMark } from "../parts/condition-mark";
import { DeliveryFlow, VerdictLine } from "../parts/delivery-proof";
import { Pager, SearchBox } from "../parts/paging";
import { formatRoute, isCurrent, type ViewProps } from "../routes";

/** The proof that nothing is lost, or the list of gaps. */
export function DeliveryProofView({
  route,
  frame,
}: ViewProps & { readonly frame: ReconciliationFrame | undefined }) {
  return (
    <>
      <div class="view-head">
        <h1>Delivery proof</h1>
        <SearchBox route={route} label="Search devices" />
        {frame !== undefined && <Pager slice={frame} route={route} of="device" />}
      </div>
      {frame === undefined ? (
        <Waiting />
      ) : (
        <>
          <section class="panel" aria-label="All devices">
            <VerdictLine
              verdict={verdictOf(frame.totals, { gapCount: frame.gapCount, clock: formatClock })}
            />
            <DeliveryFlow totals={frame.totals} />
          </section>
          {frame.gaps.length > 0 && <Gaps gaps={frame.gaps} gapCount={frame.gapCount} />}
          {frame.rows.length === 0 ? (
            <Notice
              title={route.search === "" ? "No devices" : `No device has “${route.search}” in its name`}
            />
          ) : (
            <Rows frame={frame} isBusy={!isCurrent(frame, route)} />
          )}
        </>
      )}
    </>
  );
}

function Gaps({ gaps, gapCount }: { readonly gaps: readonly Gap[]; readonly gapCount: number }) {
  return (
    <section class="panel panel-bad" aria-labelledby="gaps">
      <h2 id="gaps">
        Gaps
        {gaps.length < gapCount && (
          <span class="faint">
            , the first {formatCount(gaps.length)} of {formatCount(gapCount)}
          </span>
        )}
      </h2>
      <Table label="Gaps">
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">What</th>
            <th scope="col">Of</th>
            <th scope="col" class="number">
              From
            </th>
            <th scope="col" class="number">
              To
            </th>
            <th scope="col" class="number">
              Count
            </th>
          </tr>
        </thead>
        <tbody>
          {gaps.map(({ where, device, kind, unit, from, to, count }) => (
            <tr key={`${where} ${kind} ${unit} ${from}`} data-testid="gap">
              <th scope="row">
                <span class="name">
                  {device === undefined ? (
                    where
                  ) : (
                    <a href={formatRoute({ view: "device", device })}>{where}</a>
                  )}
                </span>
              </th>
              <td>{kind}</td>
              <td>{unit}</td>
              <td class="number">{unit === "messages" ? "" : formatCount(from)}</td>
              <td class="number">{unit === "messages" ? "" : formatCount(to)}</td>
              <td class="number">{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

const columns = [
  ["produced", "Produced"],
  ["acknowledged", "Acknow\u00adledged"],
  ["dropped", "Dropped"],
  ["inTopic", "In topic"],
  ["inTable", "In table"],
  ["deadLetters", "Dead letters"],
  ["missing", "Missing"],
  ["repeated", "Repeated"],
] as const;
/** Counts that should be 0. */
const wrong: ReadonlySet<string> = new Set(["dropped", "missing", "repeated"]);

function Rows({ frame, isBusy }: { readonly frame: ReconciliationFrame; readonly isBusy: boolean }) {
  return (
    <Table label="Messages by device" isBusy={isBusy}>
      <thead>
        <tr>
          <th scope="col">Device</th>
          {columns.map(([key, label]) => (
            <th key={key} scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {frame.rows.map((row) => (
          <Row key={`${row.device} ${row.topic}`} row={row} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ row }: { readonly row: ReconciliationRow }) {
  const isWrong = row.missing + row.repeated > 0;
  return (
    <tr data-testid="conservation-row" data-device={row.device} class={isWrong ? "is-lossy" : ""}>
      <th scope="row">
        <span class="with-mark">
          <ConditionMark
            condition={isWrong ? "unreachable" : row.produced + row.inTopic === 0 ? "unknown" : "healthy"}
            label={
              isWrong ? "with gaps" : row.produced + row.inTopic === 0 ? "no messages yet" : "without gaps"
            }
          />
          <a class="name" href={formatRoute({ view: "device", device: row.device })}>
            {formatName(row.device)}
          </a>
        </span>
      </th>
      {columns.map(([key]) => (
        <td
          key={key}
          data-testid={key}
          class={`number ${row[key] === 0 ? "faint" : wrong.has(key) ? "tone-bad" : ""}`}
        >
          {formatCount(row[key])}
        </td>
      ))}
    </tr>
  );
}
