import { emptyState } from "../state";
import type { Survey } from "../survey";

/** A machine that lacks nothing, on which there is nothing of the stack yet. */
export const ampleMachine: Survey = {
  engine: { version: "28.1", memoryBytes: 64 * 2 ** 30, processors: 16 },
  images: new Map(),
  containers: [],
  volumes: [],
  objects: [],
  state: emptyState,
  carriedOut: undefined,
  topics: undefined,
  ports: new Map(),
};
