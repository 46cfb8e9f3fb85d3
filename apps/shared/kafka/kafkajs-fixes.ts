// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const RequestQueue = require("kafkajs/src/network/requestQueue") as {
  prototype: { scheduleCheckPendingRequests: (this: { pending: readonly unknown[] }) => void };
};

let applied = false;

/**
 * kafkajs 2.2.4 re-arms a timer to look at its queue of delayed requests even when that queue is empty, with a negative
 * delay. Node runs such a timer after 1 ms, so every connection wakes the process a thousand times a second, and Node 20
 * and later print a TimeoutNegativeWarning. With this the timer exists only while requests are queued.
 */
export function applyKafkajsFixes(): void {
  if (applied) return;
  applied = true;
  const original = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) original.call(this);
  };
}
