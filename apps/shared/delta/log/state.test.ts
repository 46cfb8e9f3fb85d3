import { describe, expect, it } from "vitest";
import { DeltaError, type DeltaErrorCode } from "../errors";
import { applyFiles } from "./snapshot";
import { type AddFile, formatCommit, parseCommit } from "./actions";
import { Replay } from "./state";

const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaData = {
  metaData: {
    id: "id",
    format: { provider: "parquet", options: {} },
    schemaString: "{}",
    partitionColumns: [],
    configuration: {},
  },
};
const add = (path: string): { add: AddFile } => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
});

function replayed(...texts: string[]) {
  const replay = new Replay();
  const files = new Map<string, AddFile>();
  texts.forEach((text, version) => {
    const actions = parseCommit(version, text);
    replay.apply({ version, actions });
    applyFiles(files, actions);
  });
  return { ...replay.state(), files: [...files.keys()] };
}

function codeOf(work: () => unknown): DeltaErrorCode | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof DeltaError) return error.code;
    throw error;
  }
  return undefined;
}

const lines = (...actions: object[]) => actions.map((action) => `${JSON.stringify(action)}\n`).join("");
const creation = lines(protocol, metaData);

describe("replay of a Delta log", () => {
  it("returns the version, the latest transactions, and the remaining files", () => {
    const state = replayed(
      creation,
      lines({ txn: { appId: "a", version: 5 } }, { txn: { appId: "b", version: 1 } }, add("1"), add("2")),
      lines({ remove: { path: "1", dataChange: false } }, { txn: { appId: "a", version: 9 } }, add("3")),
    );
    expect(state.version).toBe(2);
    expect([...state.transactions]).toEqual([
      ["a", 9],
      ["b", 1],
    ]);
    expect(state.files).toEqual(["2", "3"]);
    expect(state.metadata.id).toBe("id");
  });

  it("ignores actions and fields of other writers", () => {
    const state = replayed(
      creation,
      lines(
        { cdc: { path: "x" } },
        { domainMetadata: { domain: "d" } },
        { txn: null, add: { ...add("1").add, tags: {} } },
      ),
      "\n" + lines({ commitInfo: { operation: "OPTIMIZE", unheardOf: 1 } }),
    );
    expect(state.files).toEqual(["1"]);
    expect(state.commitInfo?.operation).toBe("OPTIMIZE");
  });

  it("reads back what it writes", () => {
    const actions = [protocol, metaData, add("a b"), { txn: { appId: "é😀", version: 2 ** 40 } }];
    expect(parseCommit(0, formatCommit(actions))).toEqual(actions);
  });

  it.each([
    ["a torn line", '{"add":{"path":"x"'],
    ["an empty entry", ""],
    ["a line that is no object", "7\n"],
    ["an add without size", lines({ add: { path: "x", partitionValues: {} } })],
    ["a txn beyond exact numbers", '{"txn":{"appId":"a","version":9007199254740993}}\n'],
  ])("refuses %s", (_what, text) => {
    expect(codeOf(() => parseCommit(3, text))).toBe("LOG_CORRUPT");
    expect(() => parseCommit(3, text)).toThrow(/version 3 of the Delta log/);
  });

  it.each([
    [{ minReaderVersion: 4, minWriterVersion: 7 }],
    [{ minReaderVersion: 3, minWriterVersion: 7 }],
    [{ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors"], writerFeatures: [] }],
  ])("refuses an unsupported protocol: %j", (newer) => {
    expect(codeOf(() => replayed(creation, lines({ protocol: newer })))).toBe("PROTOCOL_UNSUPPORTED");
  });

  it("refuses holes, and a start that describes no table", () => {
    expect(codeOf(() => replayed(lines(protocol)))).toBe("LOG_INCOMPLETE");
    expect(codeOf(() => replayed())).toBe("LOG_INCOMPLETE");
    expect(codeOf(() => new Replay().apply({ version: 1, actions: [] }))).toBe("LOG_INCOMPLETE");
  });
});
