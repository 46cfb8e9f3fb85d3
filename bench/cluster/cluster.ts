export type CoordinationKind = "zookeeper" | "kraft";

/** Which cluster is measured. */
export interface ClusterShape {
  readonly coordination: CoordinationKind;
  readonly brokers: number;
}

/** A cluster that can be brought up and taken away again and again. */
export interface MeasuredCluster {
  /** Where the host finds it, once it is up: one address for each broker, by their ids. */
  readonly bootstrapServers: readonly string[];
  /** What the names of its containers begin with. */
  readonly prefix: string;
  /** Brings it up, as far as its tool waits for it. */
  up(): Promise<void>;
  /** Takes it away, with its data. */
  down(): Promise<void>;
}

/** The container of a broker, of ours and of the compose file alike. @param id from 1 */
export const brokerContainer = ({ prefix }: MeasuredCluster, id: number) => `${prefix}broker-${id}`;
