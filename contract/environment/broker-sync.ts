import type { z } from "zod";
import { CommonEnvironment, text, wholeNumber } from "./variables";

/** Environment of the one-shot container that waits until a broker has caught up, so that the next broker can be replaced. */
export const BrokerSyncEnvironment = CommonEnvironment.extend({
  /** The broker's `broker.id` or `node.id`. */
  BROKER_SYNC_ID: wholeNumber(1, 9),
  /** The planned number of brokers, with ids from 1. Copies on other brokers are about to be removed and do not count. */
  BROKER_SYNC_BROKERS: wholeNumber(1, 9),
  /** Id of the broker's container. Nobody reads it. It changes the environment with the container, so that the wait happens again. */
  BROKER_SYNC_CONTAINER: text("the id of the broker's container"),
  /** Maximum time without progress, in milliseconds. */
  BROKER_SYNC_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(600_000),
});
export type BrokerSyncEnvironment = z.output<typeof BrokerSyncEnvironment>;
