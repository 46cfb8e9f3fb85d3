import type { z } from "zod";
import { CommonEnvironment, text, wholeNumber } from "./variables";

/** Environment of the one-shot container that waits until a broker has caught up, before the next one may be replaced. */
export const BrokerSyncEnvironment = CommonEnvironment.extend({
  /** The broker's `broker.id` or `node.id`. */
  BROKER_SYNC_ID: wholeNumber(1, 9),
  /** How many brokers there are to be, with ids from 1 on: copies on others, which are about to go, are not waited for. */
  BROKER_SYNC_BROKERS: wholeNumber(1, 9),
  /** Id of the broker's container. Nobody reads it: another container is another environment, so that the wait happens anew. */
  BROKER_SYNC_CONTAINER: text("the id of the broker's container"),
  /** How long to wait while nothing gets any further, in milliseconds. */
  BROKER_SYNC_TIMEOUT_MS: wholeNumber(1, 3_600_000).default(600_000),
});
export type BrokerSyncEnvironment = z.output<typeof BrokerSyncEnvironment>;
