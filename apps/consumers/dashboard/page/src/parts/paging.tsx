import { useEffect, useRef, useState } from "preact/hooks";
import type { Slice } from "../../../../../../contract/frames/frames";
import { formatCount, formatCounted } from "../format";
import { formatRoute, replaceBy, type Route } from "../routes";

/** The number of pages. */
export function pageCount({ total, pageSize }: Slice): number {
  return Math.max(1, Math.ceil(total / pageSize));
}

/** The range of items that is shown, and links to the other pages. @param of the noun for one item */
export function Pager({
  slice,
  route,
  of,
}: {
  readonly slice: Slice;
  readonly route: Route;
  readonly of: string;
}) {
  const { page, pageSize, total } = slice;
  const pages = pageCount(slice);
  const first = page * pageSize + 1;
  const last = Math.min(total, first + pageSize - 1);
  const all = formatCounted(total, of);
  const range = total <= pageSize ? all : `${formatCount(first)}–${formatCount(last)} of ${all}`;
  return (
    <nav class="pager" aria-label={`Pages of ${of}s`}>
      <span data-testid="page-range">{range}</span>
      {pages > 1 && (
        <>
          <PageLink route={route} page={page - 1} pages={pages} rel="prev" label="Previous page" sign="←" />
          <span class="pager-place">
            {formatCount(page + 1)} / {formatCount(pages)}
          </span>
          <PageLink route={route} page={page + 1} pages={pages} rel="next" label="Next page" sign="→" />
        </>
      )}
    </nav>
  );
}

function PageLink({
  route,
  page,
  pages,
  rel,
  label,
  sign,
}: {
  readonly route: Route;
  readonly page: number;
  readonly pages: number;
  readonly rel: "prev" | "next";
  readonly label: string;
  readonly sign: string;
}) {
  if (page < 0 || page >= pages)
    return (
      <span class="pager-link" aria-hidden="true">
        {sign}
      </span>
    );
  return (
    <a class="pager-link" rel={rel} aria-label={label} href={formatRoute({ ...route, page })}>
      {sign}
    </a>
  );
}

/** Waits after the last key: one search for a word, not one for each letter. */
const debounceMs = 250;

/** Searches the items of a view by a part of their names. The address has the search. */
export function SearchBox({ route, label }: { readonly route: Route; readonly label: string }) {
  const [text, setText] = useState(route.search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Going back changes the address; the box follows.
  useEffect(() => setText(route.search), [route.search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (wanted: string, delayMs: number) => {
    setText(wanted);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => replaceBy({ view: route.view, search: wanted.trim() }), delayMs);
  };
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        id="search"
        value={text}
        placeholder={label}
        aria-label={label}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => search(currentTarget.value, debounceMs)}
        onKeyDown={(event) => {
          if (event.key === "Escape") search("", 0);
          if (event.key === "Enter") search(text, 0);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
