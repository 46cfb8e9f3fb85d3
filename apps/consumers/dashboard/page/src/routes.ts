import { useEffect, useState } from "preact/hooks";
import { paths, type Slice, type View, views } from "../../../../../contract/frames/frames";

/** What the page looks at. It stands in the address, so that reloading, going back and links work: `#/devices?search=pump&page=2`. */
export interface Route {
  readonly view: View;
  /** The device of the view `device`. */
  readonly device?: string;
  readonly search: string;
  /** Counted from 0; in the address from 1. */
  readonly page: number;
}

/** The route that an address's hash stands for; the overview for one that stands for nothing. */
export function parseRoute(hash: string): Route {
  const [path, query = ""] = splitOnce(hash.replace(/^#?\/?/, ""), "?");
  const [first, rest] = splitOnce(path, "/");
  const view = views.find((name) => name === first) ?? "overview";
  const parameters = new URLSearchParams(query);
  const page = Number(parameters.get("page") ?? 1);
  const route = {
    view,
    search: parameters.get("search") ?? "",
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
  };
  if (view !== "device") return route;
  const device = rest === undefined ? undefined : decode(rest);
  return device === undefined ? { ...route, view: "devices" } : { ...route, device };
}

/** The hash of a route, for links. */
export function formatRoute({
  view,
  device,
  search = "",
  page = 0,
}: Partial<Route> & Pick<Route, "view">): string {
  const parameters = new URLSearchParams();
  if (search !== "") parameters.set("search", search);
  if (page > 0) parameters.set("page", String(page + 1));
  const path = device === undefined ? view : `${view}/${encodeURIComponent(device.toWellFormed())}`;
  return `#/${path}${parameters.size === 0 ? "" : `?${parameters.toString()}`}`;
}

/** The address of the stream that shows a route. */
export function streamUrl({ view, device, search, page }: Route): string {
  const parameters = new URLSearchParams({ view });
  if (device !== undefined) parameters.set("device", device);
  if (search !== "") parameters.set("search", search);
  if (page > 0) parameters.set("page", String(page));
  return `${paths.stream}?${parameters.toString()}`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Addresses are typed by people, too: one that is no text is none. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Where the address stands; the component is drawn again when that changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

/** Goes to a route, as a link would. */
export function goTo(route: Partial<Route> & Pick<Route, "view">): void {
  location.hash = formatRoute(route);
}

/** Goes to a route that the reader is not to come back from: the letters of a search are no pages of their own. */
export function replaceBy(route: Partial<Route> & Pick<Route, "view">): void {
  history.replaceState(null, "", formatRoute(route));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** What every view is given. */
export interface ViewProps {
  readonly route: Route;
}

/** Whether a frame shows what the address asks for by now: until then what was before stands there, paler. */
export function isCurrent({ search, page }: Slice, route: Route): boolean {
  return search === route.search && (page === route.page || route.page > page);
}
