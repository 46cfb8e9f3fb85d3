import { useEffect, useState } from "preact/hooks";
import { paths, type Slice, type View, views } from "../../../../../contract/frames/frames";

/** What the page shows. It is in the address, so that reloading, going back and links work: `#/devices?search=pump&page=2`. */
export interface Route {
  readonly view: View;
  /** The device of the view `device`. */
  readonly device?: string;
  readonly search: string;
  /** Counted from 0; in the address from 1. */
  readonly page: number;
}

/** The route of an address's hash; the overview for an unknown one. */
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

/** People type addresses, too: a part that cannot be decoded is ignored. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The route of the address. The component is drawn again when it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

/** Goes to a route, as a link does. */
export function goTo(route: Partial<Route> & Pick<Route, "view">): void {
  location.hash = formatRoute(route);
}

/** Goes to a route without an entry in the history: the letters of a search are no pages of their own. */
export function replaceBy(route: Partial<Route> & Pick<Route, "view">): void {
  history.replaceState(null, "", formatRoute(route));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The properties of every view. */
export interface ViewProps {
  readonly route: Route;
}

/** Whether a frame is of the present route: until then the page shows the former one, paler. */
export function isCurrent({ search, page }: Slice, route: Route): boolean {
  return search === route.search && (page === route.page || route.page > page);
}
