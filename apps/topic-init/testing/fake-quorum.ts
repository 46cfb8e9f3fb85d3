import type { QuorumAdmin, QuorumDescription, RaftVoter } from "../../shared/kafka";

/** The quorum of a KRaft cluster in memory, that changes at once. The first voter leads it. */
export class FakeQuorum implements Pick<QuorumAdmin, keyof QuorumAdmin> {
  /** @param nodes ids of all nodes, of which those of `voters` vote */
  constructor(
    private readonly nodes: readonly number[],
    public voters: readonly number[],
  ) {}

  describe(): Promise<QuorumDescription> {
    const replica = (nodeId: number) => ({ nodeId, directoryId: `d${nodeId}`, lastFetchMs: 1000 });
    return Promise.resolve({
      leaderId: this.voters[0] ?? -1,
      voters: this.voters.map(replica),
      observers: this.nodes.filter((id) => !this.voters.includes(id)).map(replica),
      listeners: new Map(),
    });
  }

  addVoter({ nodeId }: RaftVoter): Promise<void> {
    this.voters = [...this.voters, nodeId];
    return Promise.resolve();
  }

  removeVoter({ nodeId }: RaftVoter): Promise<void> {
    this.voters = this.voters.filter((id) => id !== nodeId);
    return Promise.resolve();
  }
}
