/** What pages that look at the same are sent, as texts of events. One feed serves all of them, however many they are. */
export interface Feed {
  /** All that there is now, for a page that has nothing yet. Whatever {@link quick} brings next comes after it, or is in it already. */
  full(): string;
  /** Several times a second: what is new since the last call; empty if nothing is. */
  quick?(): string;
  /** Each second: what is to replace what pages have. */
  slow(): string;
}
