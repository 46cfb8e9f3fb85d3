import type { StreamEvents } from "../../../../contract/frames/frames";
import { eventText } from "../server/events";
import type { Feed } from "../server/feed";

/** Sends a whole frame each second. */
export class FrameFeed<Name extends keyof StreamEvents> implements Feed {
  constructor(
    private readonly name: Name,
    private readonly frame: () => StreamEvents[Name],
  ) {}

  full(): string {
    return eventText(this.name, this.frame());
  }

  slow(): string {
    return this.full();
  }
}
