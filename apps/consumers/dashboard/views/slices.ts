import type { Slice } from "../../../../contract/frames/frames";

type Wanted = Pick<Slice, "search" | "page" | "pageSize">;

/** The page of a list to show: the last one if the wanted page does not exist any more. */
export function sliceOf(total: number, { search, page, pageSize }: Wanted): Slice {
  const last = Math.max(0, Math.ceil(total / pageSize) - 1);
  return { search, page: Math.min(page, last), total, pageSize };
}

/** Takes a page out of a list. */
export function slicePage<Item>(
  items: readonly Item[],
  wanted: Wanted,
): { readonly slice: Slice; readonly items: readonly Item[] } {
  const slice = sliceOf(items.length, wanted);
  const from = slice.page * slice.pageSize;
  return { slice, items: items.slice(from, from + slice.pageSize) };
}
