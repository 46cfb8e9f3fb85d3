import type { View } from "../../../../../../contract/frames/frames";

/** The views that have a place in the navigation, by their key. */
export const navigation = [
  { key: "1", view: "overview", title: "Overview" },
  { key: "2", view: "devices", title: "Devices" },
  { key: "3", view: "topics", title: "Topics" },
  { key: "4", view: "lake", title: "Lake" },
  { key: "5", view: "conservation", title: "Conservation" },
] as const satisfies readonly { key: string; view: View; title: string }[];
