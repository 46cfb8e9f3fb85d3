import { textDecoder } from "@duckdb/node-api/lib/vectors/dataAccessors";
import { exactText } from "../../apps/shared/delta/exact-text";

/**
 * Lets DuckDB's library read texts whole: by itself it takes a U+FEFF at their beginning away, so that two names become one. It has no
 * setting for that.
 */
export function readTextsWhole(): void {
  Object.assign(textDecoder, { decode: exactText.stringFromBytes });
}
