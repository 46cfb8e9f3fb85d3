import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction, Socket } from "node:net";
import type { Logger } from "../../logger";
import { showDuration } from "../../text";

/** How long an address that did not answer is tried after all others. */
const avoidedForMs = 30_000;

/** Finds the addresses of a name: `dns.lookup` with `all`. */
type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The addresses of brokers' names. If one name stands for several brokers, an address that accepted a connection and then did not answer,
 * as that of a stopped container, is tried after the others. Node itself tries the next address if one refuses the connection.
 */
export class Addresses {
  private readonly unansweredMs = new Map<string, number>();

  constructor(
    private readonly resolve: Resolve = lookup,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** For `net.connect`. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const addresses = this.inOrder(found);
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? "", first?.family);
    });
  };

  /** Learns from a new connection whether its address answers. */
  watch(socket: Socket): void {
    let address: string | undefined;
    let answered = false;
    socket.once("connect", () => (address = socket.remoteAddress));
    socket.once("data", () => {
      answered = true;
      if (address !== undefined) this.unansweredMs.delete(address);
    });
    socket.once("close", () => {
      if (address !== undefined && !answered) this.unansweredMs.set(address, this.now());
    });
  }

  private inOrder(found: readonly LookupAddress[]): LookupAddress[] {
    const isAvoided = ({ address }: LookupAddress) =>
      this.now() - (this.unansweredMs.get(address) ?? -Infinity) < avoidedForMs;
    return found.toSorted((one, other) => Number(isAvoided(one)) - Number(isAvoided(other)));
  }
}

/** Logs two lines for the many failures of an outage: one when a broker cannot be reached, one when it answers again. */
export class Outages {
  private readonly awaySince = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  /** A connection to the broker could not be opened, or broke. */
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
