import { useEffect, useRef, useState } from "preact/hooks";
import { replaceBy } from "../navigation";
import type { Route } from "../routes";

/** After the last key: one search for a word, not one for each of its letters. */
const debounceMs = 250;

/** Searches what a view shows, by a part of its name. What is searched stands in the address. */
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
