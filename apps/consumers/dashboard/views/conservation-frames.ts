import type { Conservation } from "../conservation/conservation";
import type { ConservationFrame, ConservationTotals } from "../../../../contract/frames/frames";
import type { ProofState } from "../proof/proof-watch";
import type { ReadingState, TableView } from "../lake/table-view";
import { sliceOf } from "./slices";

/** What is known of what became of all messages. */
export interface ConservationSources {
  readonly conservation: Conservation;
  /** With how far its rows were read. */
  readonly table: Pick<TableView, "problem"> & { readonly reading: ReadingState };
  readonly proof: { readonly state: ProofState };
}

const pageSize = 50;
/** A page has no use for more at a time. */
export const maxGaps = 100;

export function conservationTotals({ conservation, table, proof }: ConservationSources): ConservationTotals {
  const { reading } = table;
  const tableProblem = table.problem ?? reading.problem;
  return {
    ...conservation.totals(),
    ...proof.state,
    tableRead: reading.progress,
    ...(tableProblem !== undefined && { tableProblem }),
  };
}

/** A page of devices, and the first gaps of all. */
export function conservationFrame(
  sources: ConservationSources,
  { search, page }: { readonly search: string; readonly page: number },
): ConservationFrame {
  const { conservation } = sources;
  const { total } = conservation.rows(search, 0, 0);
  const slice = sliceOf(total, { search, page, pageSize });
  return {
    ...slice,
    totals: conservationTotals(sources),
    rows: conservation.rows(search, slice.page, pageSize).rows,
    gaps: conservation.gaps(maxGaps),
    gapCount: conservation.gapCount,
  };
}
