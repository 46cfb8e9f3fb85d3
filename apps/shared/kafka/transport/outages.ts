import type { Logger } from "../../logger";
import { showDuration } from "../../text";

/**
 * Turns the many failures of an outage into two lines: one when a broker can no longer be reached, one when it answers
 * again.
 */
export class Outages {
  private readonly awaySince = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  /** A connection to the broker could not be made, or broke. */
  failed(broker: string, reason: string): void {
    if (this.awaySince.has(broker)) return;
    this.awaySince.set(broker, this.now());
    this.logger.warn(`broker ${broker} cannot be reached (${reason}): trying again until it is back`);
  }

  /** The broker sent something. */
  answered(broker: string): void {
    const since = this.awaySince.get(broker);
    if (since === undefined) return;
    this.awaySince.delete(broker);
    this.logger.info(`broker ${broker} is back after ${showDuration(this.now() - since)}`);
  }
}

/** Says in words what the code of a socket error means. */
export function connectionProblem(message: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return "its name is not known";
  if (/ECONNREFUSED/.test(message)) return "connection refused";
  if (/EHOSTUNREACH|ENETUNREACH/.test(message)) return "no route to it";
  if (/ETIMEDOUT|timeout/i.test(message)) return "no answer";
  if (/ECONNRESET|EPIPE|closed connection|connection was closed|not connected/i.test(message))
    return "connection lost";
  return message.replace(/^Connection error: /, "");
}
