import { type AnyBrokerConnection, ask } from "../transport/any-broker";
import {
  describeQuorumExchange,
  type QuorumDescription,
  type QuorumListener,
} from "../requests/describe-quorum";
import { addRaftVoterExchange, type RaftVoter, removeRaftVoterExchange } from "../requests/raft-voter";

/** The release that can change who votes (KIP-853). */
const changeableSince = "3.9";
/** A node that is to vote has to catch up first; less than a client waits for an answer. */
const addTimeoutMs = 8000;

/** Sees and changes who votes in the quorum of a KRaft cluster. Any broker passes this on to the controller. */
export class QuorumAdmin {
  constructor(private readonly connection: AnyBrokerConnection) {}

  /** @throws TooOldBroker where the brokers cannot change their quorum, or have none. */
  describe(): Promise<QuorumDescription> {
    return this.connection.use((broker) => ask(broker, describeQuorumExchange(), changeableSince));
  }

  addVoter(voter: RaftVoter & { readonly listeners: readonly QuorumListener[] }): Promise<void> {
    return this.connection.use((broker) =>
      ask(broker, addRaftVoterExchange(voter, addTimeoutMs), changeableSince),
    );
  }

  removeVoter(voter: RaftVoter): Promise<void> {
    return this.connection.use((broker) => ask(broker, removeRaftVoterExchange(voter), changeableSince));
  }
}
