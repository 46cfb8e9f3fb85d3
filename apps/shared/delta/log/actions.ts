import { DeltaError } from "../errors";

/**
 * The actions of a Delta log, by the transaction log protocol (PROTOCOL.md of delta-io/delta). Only what this project
 * reads or writes is typed; fields and actions beyond these are let through unread, because other writers add theirs.
 */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Only from reader version 3 on, and with it there. */
  readonly readerFeatures?: readonly string[];
  /** Only from writer version 7 on, and with it there. */
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
  /** What other writers note of a file. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

export interface RemoveFile {
  /** As in the `add` that it takes back. */
  readonly path: string;
  readonly dataChange: boolean;
  /** Milliseconds since 1970. */
  readonly deletionTimestamp?: number;
  /** Whether the two below are there. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size?: number;
}

/** How far an application has come; for the lake: the next offset to read of one Kafka partition. */
export interface Transaction {
  readonly appId: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly lastUpdated?: number;
}

/** Where a commit came from; free-form, but for what this project puts into its own. */
export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp?: number;
  readonly operation?: string;
  /** Unique to each commit that this project attempts. */
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
 * Reads a log entry; actions that this project does not know are left out.
 * @throws DeltaError LOG_CORRUPT with the line that is wrong.
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

/** What must hold of the fields that this project relies on. */
const requirements: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  protocol: { minReaderVersion: isCount, minWriterVersion: isCount },
  metaData: { id: isText, schemaString: isText, partitionColumns: isList },
  add: { path: isText, size: isCount, partitionValues: isObject },
  remove: { path: isText },
  txn: { appId: isText, version: isCount },
  commitInfo: {},
};

/** The first field that this project relies on and that is not as it should be; undefined if there is none. */
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
    `version ${version} of the Delta log cannot be read: ${what}; restore that file from a copy, or take the table away ` +
      "to start a new one",
  );
}

/** Where a commit of this project comes from. */
export interface Origin {
  /** The program that writes. */
  readonly engine: string;
  /** As Spark names it. */
  readonly operation: string;
  /** Whether the commit was made without regard to what is in the table. */
  readonly isBlindAppend: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Unique to each commit that is attempted, see {@link isOwnCommit}. */
  readonly txnId: string;
}

/** The action that says where a commit comes from. */
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

/** Whether a commit found in the log is the one that was attempted: the success of an attempt may not be reported. */
export function isOwnCommit(info: CommitInfo | undefined, txnId: string): boolean {
  return info?.txnId === txnId;
}

/** A file's path as the log holds it: URI-encoded, `/` and `=` left as they are. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%3D", "="))
    .join("/");
}

/** The path that a log entry means. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
