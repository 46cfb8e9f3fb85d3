import { textDecoder } from "@duckdb/node-api/lib/vectors/dataAccessors";

const exact = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Lets DuckDB's library read texts whole: by itself it takes a U+FEFF at their beginning away, so that two names become one. It has no
 * setting for that.
 */
export function readTextsWhole(): void {
  Object.assign(textDecoder, { decode: (bytes: Uint8Array) => exact.decode(bytes) });
}
