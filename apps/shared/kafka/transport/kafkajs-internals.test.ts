import { describe, expect, it } from "vitest";
import { version } from "kafkajs/package.json";
import { acceptIncompleteMetadata, applyKafkajsFixes } from "./kafkajs-internals";

// eslint-disable-next-line @typescript-eslint/no-require-imports
const RequestQueue = require("kafkajs/src/network/requestQueue") as new (options: object) => {
  pending: unknown[];
  throttleCheckTimeoutId: unknown;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
};

describe("fixes to kafkajs", () => {
  it("are for the version that is installed", () => {
    expect(version).toBe("2.2.4");
  });

  it("keep a queue without requests from waking the process", () => {
    applyKafkajsFixes();
    applyKafkajsFixes();
    const logger = { debug: () => {} };
    const queue = new RequestQueue({ instrumentationEmitter: null, logger, isConnected: () => true });
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.pending.push({});
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.pending = [];
    queue.destroy();
  });

  it("let metadata through that lacks topics and leaders", async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const response = require("kafkajs/src/protocol/requests/metadata/v6/response") as {
      parse: (data: object) => Promise<object>;
    };
    const there = {
      topicErrorCode: 0,
      topic: "a",
      partitionMetadata: [{ partitionErrorCode: 5, leader: -1 }],
    };
    const missing = { topicErrorCode: 3, topic: "b", partitionMetadata: [] };
    const data = { topicMetadata: [there, missing] };
    await expect(response.parse(data)).rejects.toThrow();
    acceptIncompleteMetadata();
    await expect(response.parse(data)).resolves.toEqual({ topicMetadata: [there] });
  });
});
