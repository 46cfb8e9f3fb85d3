const weekMs = 604_800_000;

/** The properties by which brokers keep messages of topics that say nothing themselves, the finest unit first: it wins. */
const units = { "log.retention.ms": 1, "log.retention.minutes": 60_000, "log.retention.hours": 3_600_000 };

/** How long brokers keep messages of topics that say nothing themselves. */
export interface BrokerRetention {
  /** Below 0 for ever. */
  readonly retentionMs: number;
  /** The property that says so; undefined for Kafka's own default, a week. */
  readonly property: string | undefined;
}

/** Reads it out of broker properties. */
export function brokerRetention(properties: Readonly<Record<string, unknown>>): BrokerRetention {
  for (const [property, unitMs] of Object.entries(units)) {
    const value = properties[property];
    if (value !== undefined) return { retentionMs: Number(value) * unitMs, property };
  }
  return { retentionMs: weekMs, property: undefined };
}
