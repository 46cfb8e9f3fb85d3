import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectionError, FakeCluster, FakeQuorum, refusal } from "../testing/fake-cluster";
import { fakeContext, outcomeOf } from "../testing/fake-context";
import { reconcileQuorum } from "./reconcile-quorum";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const planned = [1, 2, 3].map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9093 }));
const reconcile = (quorum: FakeQuorum) =>
  outcomeOf(reconcileQuorum(fakeContext(new FakeCluster([]), { brokers: 3, quorum }), planned, "removed"));

describe("a change of the metadata quorum", () => {
  it("continues when the leader goes away", async () => {
    const quorum = new FakeQuorum([1, 2, 3, 4], [4]);
    vi.spyOn(quorum, "addVoter").mockRejectedValueOnce(connectionError());
    vi.spyOn(quorum, "describe").mockRejectedValueOnce(connectionError());
    await expect(reconcile(quorum)).resolves.toBe("done");
    expect(quorum.voters).toEqual([1, 2, 3]);
  });

  it("fails if a node does not follow", async () => {
    await expect(reconcile(new FakeQuorum([1, 2], [1]))).resolves.toBe(
      "metadata quorum: nodes 1, 2, 3 are not its voters after 5 s without progress (node 3 does not follow the quorum); " +
        "look at the logs of these nodes",
    );
  });

  it("fails at once if voters are a fixed list", async () => {
    const quorum = new FakeQuorum([1, 2, 3], [1]);
    vi.spyOn(quorum, "addVoter").mockRejectedValue(refusal("UNSUPPORTED_VERSION", "not supported"));
    await expect(reconcile(quorum)).resolves.toMatch(
      /^metadata quorum: this cluster cannot change which nodes vote \(not supported \(UNSUPPORTED_VERSION\)\)/,
    );
  });

  it("does not repeat a request that fails by an error of our own", async () => {
    const quorum = new FakeQuorum([1, 2, 3], [1]);
    vi.spyOn(quorum, "describe").mockRejectedValue(new TypeError("a is not b"));
    await expect(reconcile(quorum)).resolves.toBe("a is not b");
  });
});
