export type CoordinationKind = "zookeeper" | "kraft";

/** The cluster that is measured. */
export interface ClusterShape {
  readonly coordination: CoordinationKind;
  readonly brokers: number;
}

/** A cluster that can be created and removed repeatedly. */
export interface MeasuredCluster {
  /** Addresses on the host: one for each broker, by their ids. */
  readonly bootstrapServers: readonly string[];
  /** The prefix of the names of its containers. */
  readonly prefix: string;
  /** Creates it. Resolves when the tool that creates it has ended. */
  up(): Promise<void>;
  /** Removes it with its data. */
  down(): Promise<void>;
}

/** The container of a broker, for both kinds of clusters. @param id from 1 */
export const brokerContainer = ({ prefix }: MeasuredCluster, id: number) => `${prefix}broker-${id}`;
