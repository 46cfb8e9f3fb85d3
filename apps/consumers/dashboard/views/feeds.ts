import type { Feed } from "../server/feed";
import type { StreamQuery } from "../server/query";
import { type ConservationSources, conservationFrame } from "./conservation-frames";
import { DevicesFeed, type DeviceSources, oneDevice, searchedDevices } from "./devices-feed";
import { FrameFeed } from "./frame-feed";
import { lakeFrame, type LakeSources } from "./lake-frames";
import { topicsFrame, type TopicSources } from "./topics-frame";

/** What all views are made from. */
export interface ViewSources {
  readonly devices: DeviceSources;
  readonly topics: TopicSources;
  readonly lake: LakeSources;
  readonly conservation: ConservationSources;
}

/** The overview comes by itself. */
const nothingMore: Feed = { full: () => "", slow: () => "" };

/** What a page is sent beside the overview. */
export function feedOf(query: StreamQuery, sources: ViewSources): Feed {
  switch (query.view) {
    case "overview":
      return nothingMore;
    case "lake":
      return new FrameFeed("lake", () => lakeFrame(sources.lake));
    case "device":
      return new DevicesFeed(sources.devices, oneDevice(query.device));
    case "devices":
      return new DevicesFeed(sources.devices, searchedDevices(query.search, query.page));
    case "topics":
      return new FrameFeed("topics", () => topicsFrame(sources.topics, query));
    case "conservation":
      return new FrameFeed("conservation", () => conservationFrame(sources.conservation, query));
  }
}
