import type { Gap } from "../../../../contract/frames/frames";
import type { ReconciliationEvent } from "../reconciliation/events";
import type { ReconciledTotals, Reconciliation } from "../reconciliation/reconciliation";

/** A page shows at most so many gaps. */
const maxGaps = 100;

/** The latest results of a reconciliation. It computes them again only after an event has changed them. */
export class ReconciliationView {
  private latestTotals: ReconciledTotals | undefined;
  private latestGaps: { readonly first: readonly Gap[]; readonly count: number } | undefined;

  constructor(private readonly reconciliation: Reconciliation) {}

  /** Applies an event to the reconciliation. */
  apply(event: ReconciliationEvent): void {
    const { counts, gaps } = this.reconciliation.apply(event);
    if (counts) this.latestTotals = undefined;
    if (gaps) this.latestGaps = undefined;
  }

  get totals(): ReconciledTotals {
    return (this.latestTotals ??= this.reconciliation.totals());
  }

  /** The first gaps. */
  get gaps(): readonly Gap[] {
    return this.allGaps.first;
  }

  /** The number of all gaps. */
  get gapCount(): number {
    return this.allGaps.count;
  }

  /** A page of devices whose names contain `search`, those with gaps first. */
  rows(search: string, page: number, pageSize: number): ReturnType<Reconciliation["rows"]> {
    return this.reconciliation.rows(search, page, pageSize);
  }

  private get allGaps() {
    const { reconciliation } = this;
    return (this.latestGaps ??= { first: reconciliation.gaps(maxGaps), count: reconciliation.gapCount });
  }
}
