import type { Slice } from "../../../../../../contract/frames/frames";
import type { Route } from "../routes";

/** What every view is given. */
export interface ViewProps {
  readonly route: Route;
}

/** Whether a frame shows what the address asks for by now: until then what was before stands there, paler. */
export function isCurrent({ search, page }: Slice, route: Route): boolean {
  return search === route.search && (page === route.page || route.page > page);
}
