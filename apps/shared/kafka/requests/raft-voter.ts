import type { QuorumListener } from "./describe-quorum";
import { exchangeOf, type ProtocolExchange, type ProtocolReader } from "./exchange";
import { throwIfRefused } from "../transport/errors";

const addRaftVoterApiKey = 80;
const removeRaftVoterApiKey = 81;
/** Known since Kafka 3.9 (KIP-853). */
const raftVoterVersion = 0;

/** A node with one directory of its log. */
export interface RaftVoter {
  readonly nodeId: number;
  readonly directoryId: string | undefined;
}

/**
 * Makes a node that follows the metadata log a voter as soon as it has caught up.
 *
 * AddRaftVoter Request (Version: 0) => cluster_id timeout_ms voter_id voter_directory_id [listeners] TAG_BUFFER
 *   listeners => name host port TAG_BUFFER
 */
export function addRaftVoterExchange(
  voter: RaftVoter & { readonly listeners: readonly QuorumListener[] },
  timeoutMs: number,
): ProtocolExchange<void> {
  return exchangeOf({
    apiKey: addRaftVoterApiKey,
    apiVersion: raftVoterVersion,
    apiName: "AddRaftVoter",
    write: (writer) => {
      writer
        .string(undefined)
        .int32(timeoutMs)
        .int32(voter.nodeId)
        .uuid(voter.directoryId)
        .array(voter.listeners, ({ name, host, port }) =>
          writer.string(name).string(host).uint16(port).noTags(),
        )
        .noTags();
    },
    read: readStatus,
  });
}

/**
 * Removes a voter, which may be the leader.
 *
 * RemoveRaftVoter Request (Version: 0) => cluster_id voter_id voter_directory_id TAG_BUFFER
 */
export function removeRaftVoterExchange(voter: RaftVoter): ProtocolExchange<void> {
  return exchangeOf({
    apiKey: removeRaftVoterApiKey,
    apiVersion: raftVoterVersion,
    apiName: "RemoveRaftVoter",
    write: (writer) => {
      writer.string(undefined).int32(voter.nodeId).uuid(voter.directoryId).noTags();
    },
    read: readStatus,
  });
}

/** Response of both (Version: 0) => throttle_time_ms error_code error_message TAG_BUFFER */
function readStatus(reader: ProtocolReader): void {
  reader.int32();
  throwIfRefused(reader.status());
}
