import type { Admin } from "kafkajs";
import { kafkaReason } from "./errors";

export interface TopicToCreate {
  readonly name: string;
  /** By partition, the brokers that are to keep it, the preferred leader first. */
  readonly assignment: readonly (readonly number[])[];
  readonly config: Readonly<Record<string, string>>;
}

export type CreateOutcome =
  | { readonly kind: "created" }
  | { readonly kind: "existed" }
  | {
      readonly kind: "refused";
      readonly reason: string;
      /** Another attempt may succeed. */
      readonly retriable: boolean;
    };

/** What kafkajs says of one topic of several. */
interface TopicError {
  readonly topic?: string;
  readonly type?: string;
  readonly retriable?: boolean;
}

/**
 * Creates topics, many in one request; that somebody else was faster is an outcome like any other.
 * @returns what came of it by topic. @throws what kafkajs throws when the request as a whole failed.
 */
export async function createTopics(
  admin: Admin,
  topics: readonly TopicToCreate[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, CreateOutcome>> {
  let errors: readonly TopicError[] = [];
  let allExisted = false;
  try {
    allExisted = !(await admin.createTopics({
      waitForLeaders: false,
      timeout: timeoutMs,
      topics: topics.map(({ name, assignment, config }) => ({
        topic: name,
        replicaAssignment: assignment.map((replicas, partition) => ({ partition, replicas: [...replicas] })),
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    }));
  } catch (error) {
    const found = (error as { errors?: TopicError[] }).errors;
    if (found === undefined) throw error;
    errors = found;
  }
  return new Map(
    topics.map(({ name }): [string, CreateOutcome] => {
      const error = errors.find(({ topic }) => topic === name);
      // kafkajs says nothing of topics that existed if all that it was refused were such.
      if (error === undefined) return [name, { kind: allExisted ? "existed" : "created" }];
      if (error.type === "TOPIC_ALREADY_EXISTS") return [name, { kind: "existed" }];
      return [name, { kind: "refused", reason: kafkaReason(error), retriable: error.retriable ?? false }];
    }),
  );
}
