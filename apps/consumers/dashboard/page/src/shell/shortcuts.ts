import { useEffect } from "preact/hooks";
import type { View } from "../../../../../../contract/frames/frames";
import { goTo } from "../routes";
import { theme, themes } from "../theme";

/** The views that have a place in the navigation, by their key. */
export const navigation = [
  { key: "1", view: "overview", title: "Overview" },
  { key: "2", view: "devices", title: "Devices" },
  { key: "3", view: "topics", title: "Topics" },
  { key: "4", view: "lake", title: "Lake" },
  { key: "5", view: "conservation", title: "Conservation" },
] as const satisfies readonly { key: string; view: View; title: string }[];

/** What keys do, for the help. */
export const shortcuts = [
  ...navigation.map(({ key, title }) => [key, title] as const),
  ["/", "Search what is shown"],
  ["← →", "Page before, page after"],
  ["t", "System's colours, light, dark"],
  ["?", "This help"],
  ["Esc", "Close the help, empty the search"],
] as const;

/** The next of the themes. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
}

/** Listens to keys wherever nothing is typed. */
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

/** Where a view has nothing to search, devices are what is searched. */
function focusSearch(): void {
  const box = searchBox();
  if (box !== null) {
    box.focus();
    return;
  }
  goTo({ view: "devices" });
  // It is there after the view was drawn, which is a frame later.
  requestAnimationFrame(() => requestAnimationFrame(() => searchBox()?.focus()));
}

function turnPage({ key, target }: KeyboardEvent): void {
  // In a table these keys go sideways.
  if (target instanceof HTMLElement && target.closest(".table-scroll") !== null) return;
  document.querySelector<HTMLAnchorElement>(`a[rel=${key === "ArrowLeft" ? "prev" : "next"}]`)?.click();
}
