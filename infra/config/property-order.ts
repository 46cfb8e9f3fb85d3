import { logCleanerBufferBytes } from "../model/cluster";
import { isPropertyValue } from "./kafka";
import { type KafkaMajor, ruleOf } from "./property-rules";

/** A property, and the value that it has if nobody sets it. */
type Side = readonly [property: string, unset: number];

/** Two properties of which a broker starts only if one is not above the other. */
interface Order {
  readonly lesser: Side;
  readonly greater: Side;
  /** What the greater must be for each one of the lesser; 1 if left out. */
  readonly times?: number;
  /** How far it must be above that; 0 if left out. */
  readonly beyond?: number;
  /** The greater stands for no limit below this. */
  readonly unlimitedBelow?: number;
}

/** The least, the usual and the largest that a member of a group of new kind may ask for (KIP-848, KIP-932, KIP-1071). */
function groupOrders(setting: string, ...[least, usual, most]: readonly [number, number, number]): Order[] {
  return ["consumer", "share", "streams"].flatMap((kind) => {
    const own: Side = [`group.${kind}.${setting}`, usual];
    return [
      { lesser: [`group.${kind}.min.${setting}`, least], greater: own },
      { lesser: own, greater: [`group.${kind}.max.${setting}`, most] },
    ];
  });
}

/** What `KafkaConfig.validateValues` of Kafka 3.9 and 4 asks for, with the defaults there. */
const orders: readonly Order[] = [
  { lesser: ["replica.fetch.wait.max.ms", 500], greater: ["replica.lag.time.max.ms", 30_000] },
  { lesser: ["replica.fetch.wait.max.ms", 500], greater: ["replica.socket.timeout.ms", 30_000] },
  {
    lesser: ["socket.request.max.bytes", 104_857_600],
    greater: ["queued.max.request.bytes", -1],
    unlimitedBelow: 1,
  },
  {
    lesser: ["connection.failed.authentication.delay.ms", 100],
    greater: ["connections.max.idle.ms", 600_000],
    beyond: 1,
    unlimitedBelow: 0,
  },
  {
    lesser: ["log.cleaner.threads", 1],
    greater: ["log.cleaner.dedupe.buffer.size", logCleanerBufferBytes],
    // More than 1 MB for each thread.
    times: 2 ** 20 + 1,
  },
  ...groupOrders("heartbeat.interval.ms", 5_000, 5_000, 15_000),
  ...groupOrders("session.timeout.ms", 45_000, 45_000, 60_000),
  ...groupOrders("assignment.interval.ms", 0, 1_000, 15_000),
  {
    lesser: ["group.share.min.record.lock.duration.ms", 15_000],
    greater: ["group.share.record.lock.duration.ms", 30_000],
  },
  {
    lesser: ["group.share.record.lock.duration.ms", 30_000],
    greater: ["group.share.max.record.lock.duration.ms", 60_000],
  },
  {
    lesser: ["group.share.min.partition.max.record.locks", 100],
    greater: ["group.share.partition.max.record.locks", 2_000],
  },
  {
    lesser: ["group.share.partition.max.record.locks", 2_000],
    greater: ["group.share.max.partition.max.record.locks", 4_000],
  },
  { lesser: ["group.share.max.size", 200], greater: ["group.share.max.share.sessions", 2_000] },
  { lesser: ["group.streams.num.standby.replicas", 0], greater: ["group.streams.max.standby.replicas", 2] },
];

/** Properties that are in the wrong order with others: each with what to write instead. */
export function orderRemedies(
  properties: Readonly<Record<string, unknown>>,
  kafkaMajor: KafkaMajor | undefined,
): readonly { readonly property: string; readonly remedy: string }[] {
  const isKnown = ([property]: Side) => ruleOf(property, kafkaMajor) !== undefined;
  const known = orders.filter(({ lesser, greater }) => isKnown(lesser) && isKnown(greater));
  return known.flatMap(({ lesser, greater, times = 1, beyond = 0, unlimitedBelow = -Infinity }) => {
    const [low, high] = [valueOf(lesser, properties), valueOf(greater, properties)];
    const least = low * times + beyond;
    // No number is told of as such.
    if (!(high < least) || high < unlimitedBelow) return [];
    const [property, remedy] =
      greater[0] in properties
        ? [greater[0], `raise it to at least ${least}, or lower ${lesser[0]} (${low})`]
        : [
            lesser[0],
            `lower it to at most ${Math.floor((high - beyond) / times)}, or raise ${greater[0]} (${high})`,
          ];
    return [{ property, remedy: `${remedy}: otherwise a broker does not start` }];
  });
}

function valueOf([property, unset]: Side, properties: Readonly<Record<string, unknown>>): number {
  const value = property in properties ? properties[property] : unset;
  return isPropertyValue(value) && typeof value !== "boolean" ? Number(String(value)) : Number.NaN;
}
