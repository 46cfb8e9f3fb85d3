import { isUtf8 } from "node:buffer";

/**
 * Decodes UTF-8 (RFC 3629).
 * @returns undefined if the bytes are not UTF-8. A decoder would replace what is wrong by U+FFFD, so that different names became one.
 */
export function utf8Text(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf8");
  // Valid text may contain this character too. Looking for it costs nearly nothing where all characters are Latin.
  return text.includes("\uFFFD") && !isUtf8(bytes) ? undefined : text;
}
