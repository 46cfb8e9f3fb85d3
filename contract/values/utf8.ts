import { isUtf8 } from "node:buffer";

/**
 * The text that bytes are in UTF-8 (RFC 3629); undefined if they are none. A decoder puts U+FFFD in place of what is wrong, so that
 * different names would become one.
 */
export function utf8Text(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf8");
  // A right text may have this character, too; and looking for it costs nearly nothing where all characters are Latin ones.
  return text.includes("\uFFFD") && !isUtf8(bytes) ? undefined : text;
}
