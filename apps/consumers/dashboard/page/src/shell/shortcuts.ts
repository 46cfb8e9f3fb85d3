import { useEffect } from "preact/hooks";
import type { View } from "../../../../../../contract/frames/frames";
import { goTo } from "../routes";
import { theme, themes } from "../theme";

/** The views of the navigation, with their keys. */
export const navigation = [
  { key: "1", view: "overview", title: "Overview" },
  { key: "2", view: "devices", title: "Devices" },
  { key: "3", view: "topics", title: "Topics" },
  { key: "4", view: "lake", title: "Lake" },
  { key: "5", view: "conservation", title: "Delivery proof" },
] as const satisfies readonly { key: string; view: View; title: string }[];

/** The meaning of keys, for the help. */
export const shortcuts = [
  ...navigation.map(({ key, title }) => [key, title] as const),
  ["/", "Search this view"],
  ["← →", "Previous page, next page"],
  ["t", "Colours: system, light, dark"],
  ["?", "This help"],
  ["Esc", "Close the help, empty the search"],
] as const;

/** Changes to the next theme. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
}

/** Handles keys, except in input fields. */
export function useShortcuts(openHelp: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target)) return;
      const place = navigation.find(({ key }) => key === event.key);
      if (place !== undefined) goTo({ view: place.view });
      else if (event.key === "/") focusSearch();
      else if (event.key === "?") openHelp();
      else if (event.key === "t") nextTheme();
      else if (event.key === "ArrowLeft" || event.key === "ArrowRight") turnPage(event);
      else return;
      if (event.key === "/") event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [openHelp]);
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog[open]") !== null;
}

function searchBox(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#search");
}

/** In a view without a search, goes to the search of devices. */
function focusSearch(): void {
  const box = searchBox();
  if (box !== null) {
    box.focus();
    return;
  }
  goTo({ view: "devices" });
  // The search box exists after the view was drawn, a frame later.
  requestAnimationFrame(() => requestAnimationFrame(() => searchBox()?.focus()));
}

function turnPage({ key, target }: KeyboardEvent): void {
  // These keys scroll a table sideways.
  if (target instanceof HTMLElement && target.closest(".table-scroll") !== null) return;
  document.querySelector<HTMLAnchorElement>(`a[rel=${key === "ArrowLeft" ? "prev" : "next"}]`)?.click();
}
