/** Why the lake cannot continue a topic where the table stands, by names that code and tests can rely on. */
export type LakeErrorCode =
  /** The topic has the name of the one whose rows are in the table, but was created again, or is in another cluster. */
  | "TOPIC_RECREATED"
  /** The topic has lost messages: some that the table already holds, or some that were not read yet. */
  | "OFFSETS_LOST"
  /** The brokers do not deliver messages from the requested offset. */
  | "OFFSET_UNREADABLE";

/** An expected failure of the lake. Its message says where, what, and what to do about it. */
export class LakeError extends Error {
  override readonly name = "LakeError";
  /** Starting the lake again may help although nobody changes its configuration or its table. */
  readonly retriable: boolean;

  constructor(
    readonly code: LakeErrorCode,
    message: string,
    { retriable = false }: { readonly retriable?: boolean } = {},
  ) {
    super(message);
    this.retriable = retriable;
  }
}
