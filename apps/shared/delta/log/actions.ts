import { DeltaError } from "../errors";

/**
 * The actions of a Delta log, by the transaction log protocol (PROTOCOL.md of delta-io/delta). Only what this project
 * reads or writes is typed. Other fields and actions are ignored, because other writers add their own.
 */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Defined from reader version 3 on. */
  readonly readerFeatures?: readonly string[];
  /** Defined from writer version 7 on. */
  readonly writerFeatures?: readonly string[];
}

export interface Metadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  /** The columns, as the JSON of a struct type. */
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdTime?: number;
}

export interface AddFile {
  /** Relative to the table's root, URI-encoded. */
  readonly path: string;
  /** By column; null stands for a null value. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON, see {@link FileStatistics} in stats.ts. */
  readonly stats?: string;
  /** Notes of other writers about a file. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

export interface RemoveFile {
  /** As in the `add` that it reverts. */
  readonly path: string;
  readonly dataChange: boolean;
  /** Milliseconds since 1970. */
  readonly deletionTimestamp?: number;
  /** Whether the two fields below are defined. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size?: number;
}

/** An application's progress; for the lake: the next offset to read of one Kafka partition. */
export interface Transaction {
  readonly appId: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly lastUpdated?: number;
}

/** The origin of a commit; free-form except for the fields of this project. */
export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp?: number;
  readonly operation?: string;
  /** Unique for each commit that this project attempts. */
  readonly txnId?: string;
  readonly [name: string]: unknown;
}

/** One line of a log entry: an object with one of these keys. */
export type Action =
  | { readonly protocol: Protocol }
  | { readonly metaData: Metadata }
  | { readonly add: AddFile }
  | { readonly remove: RemoveFile }
  | { readonly txn: Transaction }
  | { readonly commitInfo: CommitInfo };

/** Writes a commit as the text of its log entry. */
export function formatCommit(actions: readonly Action[]): string {
  return actions.map((action) => `${JSON.stringify(action)}\n`).join("");
}

/**
 * Reads a log entry; ignores actions that this project does not know.
 * @throws DeltaError LOG_CORRUPT that names the wrong line.
 */
export function parseCommit(version: number, text: string): Action[] {
  const actions: Action[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const action = parseLine(version, index + 1, line);
    if (action !== undefined) actions.push(action);
  }
  if (actions.length === 0) throw corrupt(version, "it is empty");
  return actions;
}

const isCount = (value: unknown) => typeof value === "number" && Number.isSafeInteger(value);
const isText = (value: unknown) => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown) => Array.isArray(value);

/** Checks of the fields that this project relies on. */
const requirements: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  protocol: { minReaderVersion: isCount, minWriterVersion: isCount },
  metaData: { id: isText, schemaString: isText, partitionColumns: isList },
  add: { path: isText, size: isCount, partitionValues: isObject },
  remove: { path: isText },
  txn: { appId: isText, version: isCount },
  commitInfo: {},
};

/** The first field with a wrong value, of those that this project relies on; undefined if there is none. */
export function wrongField(kind: string, body: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(requirements[kind] ?? {}).find(([field, holds]) => !holds(body[field]))?.[0];
}

function parseLine(version: number, line: number, text: string): Action | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw corrupt(version, `line ${line} is not JSON`);
  }
  if (!isObject(parsed)) throw corrupt(version, `line ${line} is not an object`);
  const [entry] = Object.entries(parsed).filter(([, value]) => value !== null);
  if (entry === undefined) return undefined;
  const [kind, body] = entry;
  const fields = requirements[kind];
  if (fields === undefined) return undefined;
  if (!isObject(body)) throw corrupt(version, `line ${line}: ${kind} is not an object`);
  const wrong = wrongField(kind, body);
  if (wrong !== undefined) {
    throw corrupt(
      version,
      `line ${line}: ${kind}.${wrong} is ${wrong in body ? JSON.stringify(body[wrong]) : "missing"}`,
    );
  }
  return { [kind]: body } as unknown as Action;
}

function corrupt(version: number, what: string): DeltaError {
  return new DeltaError(
    "LOG_CORRUPT",
    `version ${version} of the Delta log cannot be read: ${what}; restore that file from a copy, or move the table away ` +
      "to start a new one",
  );
}

/** The origin of a commit of this project. */
export interface Origin {
  /** The program that writes. */
  readonly engine: string;
  /** The name that Spark uses. */
  readonly operation: string;
  /** Whether the commit does not depend on the contents of the table. */
  readonly isBlindAppend: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Unique for each attempted commit, see {@link isOwnCommit}. */
  readonly txnId: string;
}

/** The action that names the origin of a commit. */
export function commitInfo({ engine, operation, isBlindAppend, now, txnId }: Origin): Action {
  const info: CommitInfo = {
    timestamp: now,
    operation,
    operationParameters: {},
    isBlindAppend,
    engineInfo: engine,
    txnId,
  };
  return { commitInfo: info };
}

/** Whether a commit in the log is the attempted one: the success of an attempt may not have been reported. */
export function isOwnCommit(info: CommitInfo | undefined, txnId: string): boolean {
  return info?.txnId === txnId;
}

/** A file's path as the log holds it: URI-encoded, except for `/` and `=`. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%3D", "="))
    .join("/");
}

/** The path that a log entry stands for. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
