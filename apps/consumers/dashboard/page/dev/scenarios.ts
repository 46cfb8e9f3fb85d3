import type { Condition } from "../../../../../contract/frames/frames";

/** A made-up stack, for working on the page without a real one. */
export interface Scenario {
  readonly devices: number;
  readonly devicesPerContainer: number;
  readonly sensors: number;
  readonly brokers: number;
  readonly partitions: number;
  readonly coordinators: number;
  readonly consumers: readonly string[];
  readonly hasTable: boolean;
  /** Conditions of nodes that are not healthy. */
  readonly conditions: Readonly<Record<string, Condition>>;
  readonly gaps: number;
  /** How much of the past was read. */
  readonly readShare: number;
  /** Whether names contain markup, which the page must escape. */
  readonly hasMarkup: boolean;
}

const usual: Scenario = {
  devices: 3,
  devicesPerContainer: 1,
  sensors: 3,
  brokers: 1,
  partitions: 1,
  coordinators: 1,
  consumers: ["console", "dashboard", "lake"],
  hasTable: true,
  conditions: {},
  gaps: 0,
  readShare: 1,
  hasMarkup: false,
};

/** By name; each has a port of its own, in this order. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  usual,
  trouble: {
    ...usual,
    devices: 12,
    brokers: 3,
    partitions: 4,
    coordinators: 3,
    consumers: ["console", "dashboard", "lake", "lake-2"],
    conditions: { "broker-2": "unreachable", "lake-2": "sick", "device-3": "unreachable" },
    gaps: 3,
  },
  many: {
    ...usual,
    devices: 10_000,
    devicesPerContainer: 1_000,
    brokers: 9,
    partitions: 12,
    coordinators: 5,
    consumers: ["console", "dashboard", ...Array.from({ length: 16 }, (_, index) => `lake-${index + 1}`)],
  },
  empty: { ...usual, devices: 0, hasTable: false },
  starting: { ...usual, sensors: 0, hasTable: false, conditions: { "broker-1": "unreachable" } },
  reading: { ...usual, readShare: 0.437 },
  markup: { ...usual, hasMarkup: true, gaps: 1 },
  wide: { ...usual, devices: 40, sensors: 30 },
};
