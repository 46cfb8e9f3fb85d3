/** What a sensor reads at a moment. */
export interface Reading {
  readonly value: number;
  /** Name of the value, where values are categories. */
  readonly label?: string;
}

/** Where a sensor's values come from. */
export interface Model {
  read(timestampMs: number): Reading;
}
