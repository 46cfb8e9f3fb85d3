import { escapeControls } from "../text";

/** Names that any program may put into a message, and that have broken some program somewhere. */
export const oddNames: readonly string[] = [
  "a\u0000b",
  "\u0000",
  "it's",
  'say "hello"',
  "two\nlines\r\n",
  "tab\tand\u000bmore",
  "\u001b[31mred\u001b[0m\u001b]0;title\u0007",
  "\u009b2J",
  "not UTF-8: \ufffd",
  "half a pair \ud800",
  "left to \u202eright\u200f\u2069",
  "😀👩\u200d👩\u200d👧",
  "n".repeat(100_000),
  " ",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "'; DROP TABLE bronze; --",
  "$1 ? :name",
  "*",
  "a[b]c?",
  "100%s %n %41",
  "../../etc/passwd",
  "a,b;c|d",
  "=1+1",
  "<script>alert(1)</script>",
  "&amp;",
  "\\u0000 \\n",
  "{}",
  "null",
  "{{.Name}}",
  "\u2028\u2029",
  "\ufeffmark",
];

/** A name as it should appear on a terminal. */
export function shownInOneLine(name: string): string {
  return escapeControls(name.toWellFormed());
}
