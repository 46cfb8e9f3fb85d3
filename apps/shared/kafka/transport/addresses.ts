import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction, Socket } from "node:net";

/** How long an address that did not answer is tried last. */
const avoidedForMs = 30_000;

/** Finds the addresses of a name: `dns.lookup` with `all`. */
type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The addresses of brokers' names. Where one name stands for several brokers, those that took a connection and then did not
 * answer, as stopped ones do, are tried after the others. Node itself goes on to the next address where none takes the connection.
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
