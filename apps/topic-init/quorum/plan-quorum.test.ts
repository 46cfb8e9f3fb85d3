import { describe, expect, it } from "vitest";
import type { Voter } from "../../../contract/environment/topic-init";
import type { QuorumDescription, QuorumReplica } from "../../shared/kafka";
import { nextQuorumStep, type SurplusVoters } from "./plan-quorum";

const planned = (...ids: number[]): Voter[] =>
  ids.map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9093 }));
const replica = (nodeId: number, directoryId: string | undefined = `d${nodeId}`, lastFetchMs = 1000) =>
  ({ nodeId, directoryId, lastFetchMs }) satisfies QuorumReplica;
const quorum = (
  voters: readonly QuorumReplica[],
  observers: readonly QuorumReplica[] = [],
  leaderId = 1,
): QuorumDescription => ({
  leaderId,
  voters,
  observers,
  listeners: new Map([[leaderId, [{ name: "VOTES", host: "broker-1", port: 9093 }]]]),
});

const nextStep = (voters: Voter[], found: QuorumDescription, surplus: SurplusVoters = "removed") =>
  nextQuorumStep(voters, found, surplus);

describe("the next step to the planned metadata quorum", () => {
  it("is none if the voters are the planned ones", () => {
    expect(nextStep(planned(1, 2), quorum([replica(2), replica(1)], [replica(3)]))).toEqual({
      kind: "done",
    });
  });

  it("adds a node that follows, with the listener name of the leader", () => {
    expect(nextStep(planned(1, 2, 3), quorum([replica(1)], [replica(3), replica(2)]))).toEqual({
      kind: "add",
      voter: {
        nodeId: 2,
        directoryId: "d2",
        listeners: [{ name: "VOTES", host: "broker-2", port: 9093 }],
      },
    });
  });

  it("waits for a node that does not follow yet", () => {
    expect(nextStep(planned(1, 2), quorum([replica(1)], [replica(3)]))).toEqual({
      kind: "wait",
      nodeId: 2,
    });
  });

  it("adds voters before it removes others", () => {
    expect(nextStep(planned(2, 3), quorum([replica(1), replica(2)], [replica(3)]))).toMatchObject({
      kind: "add",
      voter: { nodeId: 3 },
    });
  });

  it("removes voters that are not planned, the leader last", () => {
    const removal = (nodeId: number) => ({ kind: "remove", voter: { nodeId }, because: "not planned" });
    expect(nextStep(planned(2), quorum([replica(1), replica(2), replica(3)]))).toMatchObject(removal(3));
    expect(nextStep(planned(2), quorum([replica(1), replica(2)]))).toMatchObject(removal(1));
  });

  it("keeps voters that are not planned as long as their brokers are needed", () => {
    const found = quorum([replica(1), replica(2), replica(3)]);
    expect(nextStep(planned(1), found, "kept")).toEqual({ kind: "done" });
    expect(nextStep(planned(1, 4), quorum(found.voters, [replica(4)]), "kept")).toMatchObject({
      kind: "add",
      voter: { nodeId: 4 },
    });
    const lost = quorum([replica(1), replica(2, "lost", 500)], [replica(2, "new")]);
    expect(nextStep(planned(1), lost, "kept")).toMatchObject({ kind: "remove", because: "replaced" });
  });

  it("moves the vote of a lost directory to the new one", () => {
    const lost = replica(2, "lost", 500);
    expect(nextStep(planned(1, 2), quorum([replica(1), lost], [replica(2, "new")]))).toEqual({
      kind: "remove",
      voter: lost,
      because: "replaced",
    });
    const observers = [replica(2, "lost", 500), replica(2, "new", 900)];
    expect(nextStep(planned(1, 2), quorum([replica(1)], observers))).toMatchObject({
      kind: "add",
      voter: { nodeId: 2, directoryId: "new" },
    });
  });

  it("keeps a voter whose former directory is still listed", () => {
    const voters = [replica(1), replica(2, "new", 900)];
    expect(nextStep(planned(1, 2), quorum(voters, [replica(2, "lost", 500)]))).toEqual({
      kind: "done",
    });
  });
});
