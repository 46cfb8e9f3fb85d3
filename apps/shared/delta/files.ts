import type { Action, AddFile } from "./actions";

/**
 * The data files of a table by path after one more commit; changes `files` in place, because there may be very many.
 * Within one commit the order of `add` and `remove` does not matter. A path that stands in it twice stays: there it has, or has no longer,
 * rows that another program marked as deleted.
 */
export function applyFiles(files: Map<string, AddFile>, actions: readonly Action[]): void {
  for (const action of actions) if ("remove" in action) files.delete(action.remove.path);
  for (const action of actions) if ("add" in action) files.set(action.add.path, action.add);
}
