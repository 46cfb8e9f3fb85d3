export { counted } from "../../contract/values/text";

/** Characters that a terminal interprets or hides: C0, DEL, C1, line separators, bidirectional controls, byte-order marks. */
const controls =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Escapes text from outside for one line of a terminal: `\n` for a line feed, `\u001b` for an escape character. */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Shortens a long text for a line of a terminal or a log. */
export function shorten(text: string, maxLength = 120): string {
  if (text.length <= maxLength) return text;
  // Never within a surrogate pair.
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Formats a duration for people: `850 ms`, `2.5 s`, `61 s`. */
export function showDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  return `${Math.round(milliseconds / 1000)} s`;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Writes a size for people: `812 B`, `12.3 kB`, `4.5 MB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
