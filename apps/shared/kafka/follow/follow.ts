import type { KafkaClient } from "../transport/client";
import { Following } from "./following";
import type { Follower, FollowOptions } from "./options";
import { followRequests } from "./requests";

/**
 * Reads many topics at once at their leaders, without a consumer group: each message from where it is told to begin comes once, in the
 * order of its partition, within milliseconds of being written. Brokers that are away, leaders that change, topics and partitions that
 * come later are waited for. Messages of aborted transactions come too.
 */
export function follow(kafka: KafkaClient, options: FollowOptions): Follower {
  return new Following(followRequests(kafka.brokerConnections()), options, kafka.logger);
}
