/** What apps, infra and tools agree on about a type of consumer. Its app is `apps/consumers/<type>/main.ts`. */
export interface ConsumerType {
  /** Its containers are members of one Kafka group, which remembers what they have read. */
  readonly joinsGroup: boolean;
}

/** The types of consumers that are apps of this project. */
const types = {
  console: { joinsGroup: true },
  lake: { joinsGroup: true },
  dashboard: { joinsGroup: false },
} as const satisfies Record<string, ConsumerType>;

/** The type of the consumer that is not an app of this project: Prometheus itself, from its official image. */
export const prometheusType = "prometheus";

export type ConsumerTypeName = keyof typeof types;
export const consumerTypes: Readonly<Record<ConsumerTypeName, ConsumerType>> = types;
export const consumerTypeNames = Object.keys(types) as ConsumerTypeName[];

/** After this time without a heartbeat, the brokers take a consumer for dead and give its partitions to others, in milliseconds. */
export const consumerSessionMs = 30_000;
/** How long a consumer group waits for its members when it changes, in milliseconds. */
export const consumerRebalanceMs = 60_000;
