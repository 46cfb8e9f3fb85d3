import type { Slice } from "../contract/frames";

/** Takes a page out of a list. A page that is no more, because there are fewer items now, is the last one. */
export function slicePage<Item>(
  items: readonly Item[],
  { search, page, pageSize }: Pick<Slice, "search" | "page" | "pageSize">,
): { readonly slice: Slice; readonly items: readonly Item[] } {
  const last = Math.max(0, Math.ceil(items.length / pageSize) - 1);
  const shown = Math.min(page, last);
  return {
    slice: { search, page: shown, total: items.length, pageSize },
    items: items.slice(shown * pageSize, (shown + 1) * pageSize),
  };
}
