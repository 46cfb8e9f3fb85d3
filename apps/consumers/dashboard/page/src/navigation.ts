import { useEffect, useState } from "preact/hooks";
import { formatRoute, parseRoute, type Route } from "./routes";

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
